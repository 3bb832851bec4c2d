/* Keeps a copy of the help center in the browser. What pages need to work comes first, and what has not
   changed is taken over from the last version, before this version takes its place; the rest is fetched when
   a page asks for it. */
const AT_A_TIME = 6;
const DIGEST = "x-help-center-digest";

const root = new URL("./", self.location);
const MINE = `help-center ${root.pathname} `;
const CACHE = MINE + HELP_CENTER.version;
const addressOf = (file) => new URL(file, root).href;

/* What is kept under a file's address: the answer with the file's digest noted in its headers. */
const noted = async (answer, digest) => {
  const headers = new Headers(answer.headers);
  headers.set(DIGEST, digest);
  return new Response(await answer.blob(), { status: 200, headers });
};

const fetchInto = async (cache, file) => {
  const answer = await fetch(addressOf(file), { cache: "no-cache" });
  if (!answer.ok) throw new Error(`${file} answered ${answer.status}`);
  await cache.put(addressOf(file), await noted(answer, HELP_CENTER.files[file]));
};

const others = async () => (await caches.keys()).filter((name) => name.startsWith(MINE) && name !== CACHE);

/* What the last version has of the same bytes. */
const takeOver = async () => {
  const cache = await caches.open(CACHE);
  for (const name of await others()) {
    const last = await caches.open(name);
    for (const [file, digest] of Object.entries(HELP_CENTER.files)) {
      const known = await last.match(addressOf(file));
      if (known && known.headers.get(DIGEST) === digest) await cache.put(addressOf(file), known);
    }
  }
};

const keep = async (files) => {
  const cache = await caches.open(CACHE);
  const here = new Set((await cache.keys()).map((request) => request.url));
  const missing = files.filter((file) => !here.has(addressOf(file)));
  for (let at = 0; at < missing.length; at += AT_A_TIME) {
    await Promise.all(missing.slice(at, at + AT_A_TIME).map((file) => fetchInto(cache, file)));
  }
};

const forgetOthers = async () => {
  for (const name of await others()) await caches.delete(name);
};

const answerFor = async (request) => {
  const address = new URL(request.url);
  address.search = "";
  address.hash = "";
  if (address.pathname.endsWith("/")) address.pathname += "index.html";
  const cache = await caches.open(CACHE);
  const known = await cache.match(address.href);
  if (known) return known;
  try {
    return await fetch(request);
  } catch (error) {
    if (request.mode !== "navigate") throw error;
    const instead = await cache.match(addressOf("index.html"));
    if (!instead) throw error;
    return Response.redirect(addressOf("index.html"));
  }
};

self.addEventListener("install", (event) => {
  event.waitUntil(takeOver().then(() => keep(HELP_CENTER.first)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim().then(forgetOthers));
});

self.addEventListener("message", (event) => {
  // Where its cache is gone, a newer version has taken over, and to open it would make it again.
  const all = async () => (await caches.has(CACHE)) && keep(Object.keys(HELP_CENTER.files));
  if (event.data === "keep") event.waitUntil(all().catch(() => {}));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== root.origin || !address.pathname.startsWith(root.pathname)) return;
  event.respondWith(answerFor(request));
});
