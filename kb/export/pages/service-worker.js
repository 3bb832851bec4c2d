/* Keeps a copy of the help center in the browser. What pages need to work comes first, and what has not
   changed is taken over from the last version, before this version takes its place; the rest is fetched when
   a page asks for it. Nothing is kept but the bytes that this version was made with. */
const AT_A_TIME = 6;
const DIGEST = "x-help-center-digest";

const root = new URL("./", self.location);
const MINE = `help-center ${root.pathname} `;
const CACHE = MINE + HELP_CENTER.version;
const addressOf = (file) => new URL(file, root).href;

/* Whether bytes are those of a digest, which is the head of their SHA-256 (kb/export/folder.py). */
const areThose = async (bytes, digest) => {
  const sha = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...sha].map((byte) => byte.toString(16).padStart(2, "0")).join("").startsWith(digest);
};

/* Keeps a file as this version has it, its digest noted in its headers; whether that is what is served. An upload
   may have brought this script before it. A server that goes by a file's time alone may call an older copy still
   good: the second time, it is not asked about one. */
const fetchInto = async (cache, file) => {
  const digest = HELP_CENTER.files[file];
  for (const how of ["no-cache", "reload"]) {
    const answer = await fetch(addressOf(file), { cache: how });
    const bytes = await answer.arrayBuffer();
    if (answer.ok && (await areThose(bytes, digest))) {
      const headers = new Headers(answer.headers);
      headers.set(DIGEST, digest);
      await cache.put(addressOf(file), new Response(bytes, { status: 200, headers }));
      return true;
    }
  }
  return false;
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

/* Fetches those of the files that are missing; whether all are here then. */
const keep = async (files) => {
  const cache = await caches.open(CACHE);
  const here = new Set((await cache.keys()).map((request) => request.url));
  const missing = files.filter((file) => !here.has(addressOf(file)));
  let all = true;
  for (let at = 0; at < missing.length; at += AT_A_TIME) {
    const kept = await Promise.all(missing.slice(at, at + AT_A_TIME).map((file) => fetchInto(cache, file)));
    all &&= kept.every(Boolean);
  }
  return all;
};

const forgetOthers = async () => {
  for (const name of await others()) await caches.delete(name);
};

/* A version whose files are not all there yet is tried again at the next visit; until then the last one answers. But
   where there is no room for two, the last one goes, and what there is none for even then is fetched whenever it is
   asked for: nobody who has a network is kept at what was so once. */
const install = async () => {
  const isFull = (error) => error instanceof DOMException; // what a network lacks is a TypeError
  let all;
  try {
    await takeOver();
    all = await keep(HELP_CENTER.first);
  } catch (error) {
    if (!isFull(error)) throw error;
    await forgetOthers();
    all = await keep(HELP_CENTER.first).catch((again) => isFull(again) || Promise.reject(again));
  }
  if (!all) throw new Error("this version is not there as a whole yet");
  await self.skipWaiting();
};

const answerFor = async (request) => {
  const address = new URL(request.url);
  address.search = "";
  address.hash = "";
  if (address.pathname.endsWith("/")) address.pathname += "index.html";
  const cache = await caches.open(CACHE);
  const known = (await cache.match(address.href)) || (await cache.match(`${address.href}.html`)); // some hosts hide it
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
  event.waitUntil(install());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim().then(forgetOthers));
});

/* Where its cache is gone, a newer version has taken over, and to open it would make it again. */
const keepAll = async () => {
  if (await caches.has(CACHE)) await keep(Object.keys(HELP_CENTER.files));
};

let keeping = Promise.resolve(); // one after the other: what two pages ask for is fetched once

self.addEventListener("message", (event) => {
  if (event.data !== "keep") return;
  keeping = keeping.then(keepAll).catch(() => {});
  event.waitUntil(keeping);
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== root.origin || !address.pathname.startsWith(root.pathname)) return;
  event.respondWith(answerFor(request));
});
