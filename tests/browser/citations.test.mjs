// Exports of the whole shipped corpus as BibTeX and RIS, read back by a parser that is not ours (citation-js): all ids, titles,
// dates and addresses are there. The Rust tests read them by another (the crate biblatex), and hostile texts too.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { Desk } from "./desk.mjs";

// Its packages are read as they are published for node: the other way they are bundled for browsers.
const require = createRequire(import.meta.url);
const { plugins } = require("@citation-js/core");
require("@citation-js/plugin-bibtex");
require("@citation-js/plugin-ris");

let desk, articles;
before(async () => {
  desk = await Desk.open();
  articles = (await exported("jsonl")).trim().split("\n").map((line) => JSON.parse(line));
});
after(() => desk?.close());

async function exported(format) {
  const reply = await fetch(`${desk.address}/api/v1/export?collapse=off&format=${format}`);
  assert.equal(reply.status, 200);
  const text = await reply.text();
  assert.ok(Number(reply.headers.get("dossier-articles")) > 100);
  return text;
}

const read = (text) => plugins.input.chain(text, { generateGraph: false });
const parts = (date) => date?.split("-").map(Number);

test("BibTeX reads back with ids, titles, dates, publishers and addresses", async () => {
  const entries = read(await exported("bibtex"));
  assert.equal(entries.length, articles.length);
  for (const [place, article] of articles.entries()) {
    const entry = entries[place];
    assert.equal(entry.id, article.id);
    assert.equal(entry.title, article.title);
    assert.deepEqual(entry.issued?.["date-parts"][0], parts(article.date), article.id);
    assert.equal(entry.URL, article.url ?? `${desk.address}/articles/${article.id}`, article.id);
    assert.deepEqual([entry.publisher ?? []].flat(), article.source, article.id);
    assert.equal(entry.language, article.lang === "und" ? undefined : article.lang);
  }
});

test("RIS reads back with ids, titles, dates, publishers and addresses", async () => {
  const text = await exported("ris");
  const records = read(text);
  // The day of a newspaper article has a field that the parser reads and its model has no place for.
  const fields = plugins.input.data(text, "@ris/file");
  assert.deepEqual([records.length, fields.length], [articles.length, articles.length]);
  for (const [place, article] of articles.entries()) {
    const record = records[place];
    assert.equal(record.id, article.id);
    assert.equal(record.title, article.title);
    assert.equal(record.issued?.["date-parts"][0][0], parts(article.date)?.[0], article.id);
    assert.deepEqual(fields[place].DA?.split("/").filter(Boolean).map(Number), parts(article.date), article.id);
    assert.equal(record.URL, article.url ?? `${desk.address}/articles/${article.id}`, article.id);
    assert.equal(record["container-title"], article.source.length > 0 ? article.source.join("; ") : undefined);
    assert.equal(record.type, article.source.length > 0 ? "article-newspaper" : "webpage");
  }
});

test("CSL-JSON says the same as the other two", async () => {
  const items = JSON.parse(await exported("csl-json"));
  assert.deepEqual(items.map(({ id }) => id), articles.map(({ id }) => id));
  const known = ["id", "type", "title", "author", "container-title", "issued", "accessed", "URL", "language", "note"];
  for (const [place, item] of items.entries()) {
    assert.ok(Object.keys(item).every((key) => known.includes(key)), JSON.stringify(item));
    assert.deepEqual(item.issued?.["date-parts"][0], parts(articles[place].date), item.id);
  }
});
