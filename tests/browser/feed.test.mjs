// The feed of a search as a feed reader gets it: found from the search page, and read by a parser that is not ours.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { parseFeed } from "@rowanmanning/feed-parser";
import { Desk } from "./desk.mjs";

let desk;
before(async () => (desk = await Desk.open()));
after(() => desk?.close());

/** A feed as a reader understands it. */
async function read(url) {
  const reply = await fetch(url);
  assert.equal(reply.status, 200, url);
  assert.equal(reply.headers.get("content-type"), "application/atom+xml");
  return parseFeed(await reply.text());
}

const search = { q: '"Chinese nationals" AND (attack OR kidnap*)', region: "Pakistan" };

test("a reader that is given the search page finds the feed of the search, and in it the same articles", async () => {
  await desk.visit(`/?${new URLSearchParams(search)}`, { width: 1280 }, async (page) => {
    const link = page.locator('head link[rel="alternate"][type="application/atom+xml"]');
    const url = await link.evaluate((element) => element.href);
    assert.equal(url, await page.getByText("Follow this search").evaluate((element) => element.href));
    const feed = await read(url);
    const { hits, total } = await desk.search({ ...search, sort: "newest", size: 50 });
    assert.ok(hits.length > 3);
    assert.equal(feed.meta.type, "atom");
    assert.equal(feed.self, url);
    assert.ok(feed.title.includes("Chinese nationals") && feed.title.includes("Region: Pakistan"), feed.title);
    assert.ok(feed.description.includes(String(total.value)), feed.description);
    assert.deepEqual(feed.items.map(({ title }) => title), hits.map(({ title }) => title));
    assert.equal(new Set(feed.items.map(({ id }) => id)).size, hits.length);
    for (const [at, item] of feed.items.entries()) {
      assert.ok(item.id.startsWith("urn:uuid:"));
      assert.equal(item.published?.toISOString().slice(0, 7) ?? null, hits[at].date?.slice(0, 7) ?? null, item.title);
      assert.ok(item.description.length > 20, item.title);
    }
    await page.goto(feed.items[0].url);
    assert.ok((await page.locator("article mark").count()) > 0);
    assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), hits[0].title);
  });
});

test("Urdu and Chinese come through whole", async () => {
  for (const lang of ["ur", "zh"]) {
    const feed = await read(`${desk.address}/feed.atom?lang=${lang}`);
    const { hits } = await desk.search({ lang, sort: "newest", size: 50 });
    assert.deepEqual(feed.items.map(({ title }) => title), hits.map(({ title }) => title));
  }
});

test("a browser is offered the search, and its description is one", async () => {
  await desk.visit("/", { width: 1280 }, async (page) => {
    const url = await page.locator('head link[rel="search"]').evaluate((element) => element.href);
    const description = await page.evaluate(async (address) => {
      const parsed = new DOMParser().parseFromString(await (await fetch(address)).text(), "application/xml");
      const urls = [...parsed.getElementsByTagName("Url")].map((one) => [one.getAttribute("rel"), one.getAttribute("template")]);
      return { root: parsed.documentElement.localName, urls: Object.fromEntries(urls) };
    }, url);
    assert.equal(description.root, "OpenSearchDescription");
    const suggestions = await fetch(description.urls.suggestions.replace("{searchTerms}", "gwa"));
    assert.equal(suggestions.headers.get("content-type"), "application/x-suggestions+json");
    const [typed, offered] = await suggestions.json();
    assert.ok(typed === "gwa" && offered.length > 0);
  });
});
