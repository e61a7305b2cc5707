// The pages that are checked for accessibility and layout: each kind of page in each state that changes its looks.

import assert from "node:assert/strict";

/** The pages, with ids asked of the API: which articles the corpus has is its curators' business. */
export async function pages(desk) {
  const first = async (parameters) => (await desk.search({ ...parameters, size: 1 })).hits[0].id;
  const sources = (hit) => hit.source.length;
  const longest = (await desk.search({ q: "Majeed Brigade", size: 100 })).hits.sort((a, b) => sources(b) - sources(a))[0];
  const urdu = await first({ lang: "ur" });
  const chinese = await first({ q: "瓜达尔", lang: "zh" });
  return [
    { name: "the start", path: "/" },
    { name: "a search with filters", path: "/?q=Majeed+Brigade+attack&region=Pakistan/Balochistan&from=2019&undated=true" },
    { name: "the second page of a search", path: "/?q=attack&sort=newest&page=2" },
    { name: "months of a year", path: "/?from=2024&to=2024&interval=month" },
    { name: "a query that was read leniently", path: "/?q=AND+gwadar+zzzzqqqq" },
    { name: "nothing found", path: "/?q=zzzzqqqq&region=Pakistan&actor=_none" },
    { name: "a query whose words are not together", path: "/?q=Gwadar+AND+zzzzqqqq" },
    { name: "all values", path: "/facets/actor?q=attack&region=Pakistan" },
    { name: "the overview", path: "/overview" },
    { name: "an overview by year", path: "/overview?q=attack&region=Pakistan/Balochistan&rows=threat&columns=actor&split=year" },
    { name: "an overview of months with undated", path: "/overview?from=2024-02&to=2025-03&undated=true&rows=source&columns=month" },
    { name: "an overview of nothing", path: "/overview?q=zzzzqqqq&region=_none" },
    { name: "the coverage", path: "/coverage" },
    { name: "a table of one dimension twice", path: "/overview?rows=actor&columns=actor", status: 400 },
    { name: "a search in Urdu", path: `/?${new URLSearchParams({ q: "گوادر" })}` },
    { name: "an article with many sources and marks", path: `/articles/${longest.id}?q=Majeed+Brigade` },
    { name: "an article in Urdu", path: `/articles/${urdu}` },
    { name: "an article in Chinese", path: `/articles/${chinese}?${new URLSearchParams({ q: "瓜达尔" })}` },
    { name: "the help", path: "/help" },
    { name: "a refused parameter", path: "/?region=nowhere&from=2024-13", status: 400 },
    { name: "no such article", path: "/articles/no-such-article", status: 404 },
    { name: "no such address", path: "/no/such/address", status: 404 },
  ];
}

/** Opens each page in turn, in one window, and hands it to `work`. */
export async function visitAll(desk, setting, all, work) {
  const refusals = all.map(({ status }) => status).filter(Boolean);
  await desk.visit("/", setting, async (page) => {
    for (const { name, path, status = 200 } of all) {
      const reply = await page.goto(path);
      assert.equal(reply.status(), status, name);
      await work(page, name);
    }
  }, refusals);
}

/** Unfolds everything that can be unfolded. */
export async function unfold(page) {
  await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
}
