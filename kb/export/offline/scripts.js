// Scripts with content, loaded by adding a <script>: the only way that works from file:// too.

const HERE = document.currentScript.src.replace(/[^/]*$/, "");
const waiting = new Map();
const NOT_THERE = "The search's files are not there: load the page again.";

// Resolves to what the script `name` in `folder` hands over. It is asked for once at a time; who waits for what
// somebody else asked for earlier, and that failed, asks again: the file may be there by now.
async function loadScript(name, folder) {
  const earlier = waiting.get(name);
  if (earlier) {
    const content = await earlier.promise.catch(() => null);
    if (content !== null) return content;
  }
  return (waiting.get(name) || askFor(name, folder)).promise;
}

// Adds the script to the page; what is returned waits for it.
function askFor(name, folder) {
  const entry = {};
  entry.promise = new Promise((resolve, reject) => Object.assign(entry, { resolve, reject }));
  waiting.set(name, entry);
  const script = document.createElement("script");
  script.src = `${HERE}${folder}${name}.js`;
  script.charset = "utf-8";
  const end = () => {
    entry.reject(new Error(NOT_THERE)); // without effect when it has handed over
    waiting.delete(name);
    script.remove();
  };
  script.addEventListener("load", end);
  script.addEventListener("error", end);
  document.head.append(script);
  return entry;
}

const whenIdle = () => new Promise((resolve) => (window.requestIdleCallback || setTimeout)(resolve));

async function openEngine() {
  const content = await loadScript("index", "");
  const generation = new Generation(content, (name) => loadScript(name, `${content.folder}/`));
  const savesData = navigator.connection && navigator.connection.saveData;
  const engine = new Engine(generation, new Analyzer(content));
  if (!savesData) getReady(engine).catch(() => {}); // what is missing is asked for again
  return engine;
}

// Does ahead, while the browser has nothing else to do, what the first answer would wait for.
async function getReady(engine) {
  await whenIdle();
  await engine.search(engine.generation.titles[0] || ""); // so that the browser has compiled it all
  await engine.generation.loadAhead(whenIdle, window.location.protocol === "file:");
}

let opened = null;

// The engine, opened at the first call; a failure is forgotten, so that the next call tries again.
function engine() {
  opened = opened || openEngine();
  opened.catch(() => (opened = null));
  return opened;
}

window.helpCenterSearch = {
  load: async () => void (await engine()), // to be ready before the first key
  search: async (query, options) => (await engine()).search(query, options),
  routingTerms: async (text) => (await engine()).routingTerms(text),
  suggest: async (text, limit) => (await engine()).suggest(text, limit),
  receive: (name, content) => waiting.get(name).resolve(content),
};
