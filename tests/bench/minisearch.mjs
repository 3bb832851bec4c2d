// MiniSearch behind one JSON line in, one out: first the articles, then a query a line, or a
// folder to write to. See node_peers.py.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { default: MiniSearch } = await import(pathToFileURL(join(process.argv[2], "dist", "es", "index.js")));
const LIMIT = 10;
let index;

function answer(message) {
  if (Array.isArray(message)) {
    index = new MiniSearch({ fields: ["title", "text"], searchOptions: { fuzzy: 0.2 } });
    index.addAll(message);
    return { articles: message.length };
  }
  if (message.folder) {
    writeFileSync(join(message.folder, "index.json"), JSON.stringify(index));
    return {};
  }
  const begin = performance.now();
  const found = index.search(message);
  const ms = performance.now() - begin;
  return { ids: found.slice(0, LIMIT).map((one) => one.id), score: found[0]?.score ?? 0, ms };
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(answer(JSON.parse(line))));
}
