// Pagefind behind one JSON line in, one out: first the articles, then a query a line, or a
// folder to write to. See node_peers.py.
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const pagefind = await import(pathToFileURL(join(process.argv[2], "lib", "index.js")));
const LIMIT = 10;
const folder = await mkdtemp(join(tmpdir(), "pagefind-"));
let ids = [];
let search;

// What a browser would get from the server comes from the folder; everything else is as in a browser.
globalThis.fetch = async (address) => new Response(await readFile(String(address).split("?")[0]));

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

function page({ title, text }) {
  const paragraphs = text.split(/\n+/).map((one) => `<p>${escaped(one)}</p>`);
  return `<html lang="en"><body><main><h1>${escaped(title)}</h1>${paragraphs.join("\n")}</main></body></html>`;
}

async function build(articles) {
  const { index } = await pagefind.createIndex({});
  for (const [place, article] of articles.entries()) {
    await index.addHTMLFile({ url: `/${place}.html`, content: page(article) });
  }
  await index.writeFiles({ outputPath: folder });
  await pagefind.close();
  await writeFile(join(folder, "package.json"), '{"type": "module"}');
  ids = articles.map((article) => article.id);
  search = await import(pathToFileURL(join(folder, "pagefind.js")));
  await search.options({ basePath: `${folder}/`, baseUrl: "/" });
  await search.init();
  return { articles: articles.length };
}

async function write(target) {
  await cp(folder, target, { recursive: true });
  return {};
}

async function ask(text) {
  const begin = performance.now();
  const { results } = await search.search(text);
  const shown = await Promise.all(results.slice(0, LIMIT).map((one) => one.data()));
  const ms = performance.now() - begin;
  const found = shown.map((one) => ids[Number.parseInt(one.raw_url.slice(1))]);
  return { ids: found, score: results[0]?.score ?? 0, ms };
}

try {
  for await (const line of createInterface({ input: process.stdin })) {
    const message = JSON.parse(line);
    const reply = Array.isArray(message) ? build(message) : message.folder ? write(message.folder) : ask(message);
    console.log(JSON.stringify(await reply));
  }
} finally {
  await rm(folder, { recursive: true });
}
