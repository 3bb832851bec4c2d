/* Keeps a copy of the help center in the browser. What pages need to work comes first, before this version
   takes over; the rest follows when a page asks for it. A file that has not changed since the last version
   is taken over from it, never fetched again. */
const CACHE = `help-center-${HELP_CENTER.version}`;
const NAMES = /^help-center-/;
const AT_A_TIME = 6;
const DIGEST = "x-help-center-digest";

const root = new URL("./", self.location);
const addressOf = (file) => new URL(file, root).href;

/* What is kept under a file's address: the answer with the file's digest noted in its headers. */
const noted = async (answer, digest) => {
  const headers = new Headers(answer.headers);
  headers.set(DIGEST, digest);
  return new Response(await answer.blob(), { status: 200, headers });
};

const keep = async (cache, file) => {
  const digest = HELP_CENTER.files[file];
  const address = addressOf(file);
  const known = await caches.match(address);
  if (known && known.headers.get(DIGEST) === digest) {
    await cache.put(address, known);
    return;
  }
  const answer = await fetch(address, { cache: "no-cache" });
  if (!answer.ok) throw new Error(`${file} answered ${answer.status}`);
  await cache.put(address, await noted(answer, digest));
};

const keepAll = async (files) => {
  const cache = await caches.open(CACHE);
  const here = new Set((await cache.keys()).map((request) => request.url));
  const missing = files.filter((file) => !here.has(addressOf(file)));
  for (let at = 0; at < missing.length; at += AT_A_TIME) {
    await Promise.all(missing.slice(at, at + AT_A_TIME).map((file) => keep(cache, file)));
  }
};

const forgetOthers = async () => {
  const names = await caches.keys();
  const scoped = names.filter((name) => NAMES.test(name) && name !== CACHE);
  await Promise.all(scoped.map((name) => caches.delete(name)));
};

/* The rest: old versions are forgotten only once all of it was taken over from them or fetched. */
const keepTheRest = async () => {
  await keepAll(Object.keys(HELP_CENTER.files));
  await forgetOthers();
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
  event.waitUntil(keepAll(HELP_CENTER.first).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(keepTheRest().catch(() => {}));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== root.origin || !address.pathname.startsWith(root.pathname)) return;
  event.respondWith(answerFor(request));
});
