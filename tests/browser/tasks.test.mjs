// What users come for, from the start page to the answer, in the steps that it should take: by mouse, with the keyboard
// alone, on a telephone, and without JavaScript. What is found is held against the API and the files.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { Desk, eventually, hitIds, openFilters, total, value } from "./desk.mjs";

/** One dispatch as five papers printed it; our own words. */
const DISPATCH = [
  "Dock workers at the fictional port of Karanj stopped work on Monday after a crane fell on the northern quay.",
  "Nobody was hurt, the harbour master said, but eleven ships had to wait in the roads outside the breakwater.",
  "The company that runs the cranes promised an inquiry, and the union asked for a day without pay to be made good.",
  "Work on the southern quay went on through the night under lamps, and the first ship left at dawn on Tuesday.",
].join("\n\n");
const PAPERS = [
  ["Karanj Post", "2024-05-14"],
  ["Coast Herald", "2024-05-15"],
  ["Evening Tide", "2024-05-15"],
  ["Harbour Gazette", "2024-05-16"],
  ["Northern Mail", "2024-05-17"],
];

function printed([paper, date], number) {
  const head = `id: crane-${number}\ntitle: Crane falls on the quay of Karanj\ndate: ${date}\nsource: ${paper}`;
  return [`crane-${number}.md`, `---\n${head}\nreviewed: 2024-06-01\n---\n${DISPATCH}\n`];
}

const WAYS = [
  { name: "by mouse", width: 1280, scripts: true, keys: false },
  { name: "with the keyboard alone", width: 1280, scripts: true, keys: true },
  { name: "on a telephone", width: 390, scripts: true, keys: false },
  { name: "without JavaScript", width: 1280, scripts: false, keys: false },
];
/** More presses of Tab than any way through a page needs. */
const TABS_MAX = 250;

let desk;
before(async () => (desk = await Desk.open(Object.fromEntries(PAPERS.map(printed)))));
after(() => desk?.close());

/** Somebody at a page, who counts what they do. */
class Visitor {
  constructor(page, way) {
    Object.assign(this, { page, way, actions: 0 });
  }

  /** Goes to an element as this visitor can. */
  async reach(element) {
    await element.waitFor();
    if (!this.way.keys) {
      return;
    }
    const isThere = () => element.evaluate((wanted) => wanted === document.activeElement);
    for (let presses = 0; !(await isThere()); presses++) {
      assert.ok(presses < TABS_MAX, `Tab does not lead to ${element}`);
      await this.page.keyboard.press("Tab");
    }
  }

  /** Follows a link or presses a button. */
  async press(element) {
    this.actions += 1;
    await this.reach(element);
    if (this.way.keys) {
      await this.page.keyboard.press("Enter");
    } else {
      await element.click();
    }
  }

  /** Ticks a box of the filters; without scripts that takes the button as well. */
  async tick(dimension, path) {
    this.actions += 1;
    if (this.way.keys) {
      const box = this.page.locator(`input[name="${dimension}"][value="${path}"]`);
      // What is folded is opened by whoever has come to it.
      for (const folded of await this.page.locator("details.facet:not([open])", { has: box }).all()) {
        await this.reach(folded.locator("> summary"));
        await this.page.keyboard.press("Enter");
      }
      await this.reach(box);
      await this.page.keyboard.press("Space");
    } else {
      await openFilters(this.page);
      await (await value(this.page, dimension, path)).check();
    }
    if (!this.way.scripts) {
      await this.page.getByRole("button", { name: "Apply filters" }).click();
    }
    await this.page.waitForURL((url) => url.searchParams.has(dimension));
  }

  /** Types into the search box and searches. */
  async search(text) {
    this.actions += 1;
    const box = this.page.locator("#q");
    await this.reach(box);
    if (!this.way.keys) {
      await box.click();
    }
    await this.page.keyboard.press("ControlOrMeta+a");
    await this.page.keyboard.insertText(text);
    await this.page.keyboard.press("Enter");
    await this.page.waitForURL((url) => url.searchParams.get("q") === text);
  }

  /** Opens something folded. */
  async unfold(summary) {
    await this.press(summary);
  }

  /** Waits until the page shows this many articles. */
  async shows(count) {
    await eventually(async () => (await total(this.page)) === count, `the page does not show ${count} articles`);
  }
}

/** All ids that a search finds. */
async function all(parameters) {
  const { hits, total: found } = await desk.search({ ...parameters, size: 100, collapse: "off" });
  assert.equal(hits.length, found.value, "more than a page: ask for less");
  return hits.map(({ id }) => id).sort();
}

for (const way of WAYS) {
  const task = (name, work) =>
    test(name, async () => {
      await desk.visit("/", way, async (page) => work(new Visitor(page, way), page));
    });

  describe(way.name, () => {
    task("the analyst finds a name however it is spelled", async (visitor, page) => {
      await visitor.search("attack baluchistan");
      const variants = page.locator(".variants");
      assert.match(await variants.innerText(), /Also searched for baluchistan:\s*Balochistan \(\d+\)/);
      const year = (await desk.search({ q: "attack baluchistan" })).histogram.buckets.at(-1).key;
      await visitor.press(page.locator("a.bar", { hasText: year }));
      await page.waitForURL((url) => url.searchParams.get("from") === year);
      const here = { q: "attack baluchistan", from: year, to: year };
      const threat = (await desk.search(here)).facets.threat.values[0];
      await visitor.tick("threat", threat.path);
      await visitor.shows(threat.count);
      assert.ok(visitor.actions <= 4, `${visitor.actions} actions`);
      // Each spelling alone, and all of them together.
      const alone = async (name) => {
        const search = { ...here, q: `attack ${name}`, threat: threat.path, variants: "off" };
        // Where no article has all the words, those with most are shown: they are not of this name.
        return (await desk.search(search)).query.match_used === "all" ? all(search) : [];
      };
      const [typed, usual] = [await alone("baluchistan"), await alone("balochistan")];
      const union = [...new Set([...typed, ...usual])].sort();
      assert.deepEqual(await all({ ...here, threat: threat.path }), union);
      await visitor.press(page.getByRole("link", { name: "typed names only" }));
      await page.waitForURL((url) => url.searchParams.get("variants") === "off");
      await visitor.shows((await desk.search({ ...here, threat: threat.path, variants: "off" })).total.value);
    });

    task("the analyst compares actors by region and year, and opens a cell", async (visitor, page) => {
      await visitor.press(page.getByRole("link", { name: "Overview", exact: true }));
      await page.waitForURL(/overview/);
      // A choice of the form takes the same keys in every browser: its value is set, the button is pressed.
      await page.getByLabel("Rows").selectOption("actor");
      await page.getByLabel("Columns").selectOption("region");
      await page.getByLabel("Split").selectOption("year");
      await visitor.press(page.getByRole("button", { name: "Show" }));
      await page.waitForURL(/split=year/);
      const cells = page.locator("table.crosstab td a[href*='actor='][href*='region='][href*='from=']");
      assert.ok((await cells.count()) > 10, "a cell for each pair in each year");
      // The way past the table of all years.
      const year = page.getByRole("navigation", { name: "Years" }).getByRole("link").nth(1);
      const heading = (await year.getAttribute("href")).slice(1);
      await visitor.press(year);
      const cell = page.locator("section", { has: page.locator(`[id="${heading}"]`) }).locator("td a[href*='actor='][href*='region=']").first();
      const count = Number((await cell.innerText()).replaceAll(",", ""));
      const csv = await page.getByRole("link", { name: "CSV" }).first().getAttribute("href");
      await visitor.press(cell);
      await page.waitForURL((url) => url.pathname === "/");
      await visitor.shows(count);
      const table = await (await fetch(desk.address + csv)).text();
      assert.match(table.split("\n")[0], /actor.*Pakistan/);
    });

    task("the journalist checks a quotation and takes its source along", async (visitor, page) => {
      const id = (await desk.search({ q: "Majeed Brigade attack", size: 1 })).hits[0].id;
      const { body } = await (await fetch(`${desk.address}/api/v1/articles/${id}`)).json();
      const sentences = body.split(/\n+|(?<=[.]) (?=[A-Z])/).filter((text) => /^[A-Z][\w ,]{50,}[.]$/.test(text));
      const sentence = sentences[0];
      assert.ok(sentence, `no plain sentence in ${id}`);
      await visitor.search(`"${sentence}"`);
      await visitor.press(page.locator(".hits h2 a").first());
      await page.waitForURL(/articles/);
      const marks = page.locator("mark[id^=hit-]");
      const words = (await marks.allInnerTexts()).join(" ").replace(/\s+/g, " ");
      const plain = (text) => text.replace(/[^\w]+/g, " ").trim();
      assert.ok(plain(words).includes(plain(sentence)), `${words} is not ${sentence}`);
      await eventually(() => marks.first().evaluate((mark) => {
        const { top, bottom } = mark.getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight;
      }), "the page does not open at the sentence");
      const citation = await page.locator("#citation").innerText();
      assert.match(citation, /accessed \d+ [A-Z][a-z]+ \d{4}/);
      if (way.scripts) {
        await page.keyboard.press("n");
        await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
        await visitor.press(page.locator("[data-copy=citation]"));
        await eventually(async () => (await page.evaluate(() => navigator.clipboard.readText())) === citation, "not copied");
      }
      assert.ok(visitor.actions <= 4, `${visitor.actions} actions`);
    });

    task("the journalist sees that five sources are one dispatch", async (visitor, page) => {
      await visitor.search("Crane falls on the quay of Karanj");
      const rows = page.locator(".hits > li", { hasText: "Karanj" });
      await eventually(async () => (await rows.count()) === 1, "the five prints stand in one row");
      assert.equal(await total(page), PAPERS.length);
      const copies = rows.first().locator("details.copies", { hasText: "+4 copies" });
      assert.match(await copies.innerText(), /\+4 copies/);
      await visitor.press(copies.locator("summary"));
      const listed = await copies.locator("li").allInnerTexts();
      const shown = `${await rows.first().innerText()} ${listed.join(" ")}`;
      for (const [paper, date] of PAPERS) {
        assert.ok(shown.includes(paper) && shown.includes(date), `${paper} of ${date} is missing in ${shown}`);
      }
    });

    task("the journalist takes the address of a feed along", async (visitor, page) => {
      const query = '"Chinese nationals" AND (attack OR kidnap*)';
      await visitor.search(query);
      await visitor.tick("region", "Pakistan");
      await visitor.unfold(page.locator("#taken > summary"));
      const feed = await page.getByRole("link", { name: /feed reader/ }).getAttribute("href");
      const text = await (await fetch(desk.address + feed)).text();
      const found = await desk.search({ q: query, region: "Pakistan", size: 0 });
      assert.equal(text.match(/<entry[ >]/g)?.length, found.total.collapsed);
    });

    task("the researcher takes everything found along, with proof", async (visitor, page) => {
      await visitor.tick("region", "Pakistan");
      await visitor.unfold(page.locator("#taken > summary"));
      const address = async (name) => desk.address + (await page.locator("#taken").getByRole("link", { name, exact: true }).getAttribute("href"));
      const lines = await address("JSON Lines");
      const reply = await fetch(lines);
      const bytes = Buffer.from(await reply.arrayBuffer());
      const manifest = await (await fetch(lines.replace("/export?", "/export/manifest?"))).json();
      assert.equal(manifest.sha256, createHash("sha256").update(bytes).digest("hex"));
      const articles = bytes.toString("utf8").trim().split("\n").map((line) => JSON.parse(line));
      assert.equal(articles.length, manifest.articles ?? manifest.count);
      assert.equal((await (await fetch(await address("BibTeX"))).text()).match(/^@online/gm).length, articles.length);
    });

    task("the script author takes the search along as a command", async (visitor, page) => {
      await visitor.search("Gwadar port");
      await visitor.unfold(page.locator("#taken > summary"));
      const command = await page.locator("#as-curl").innerText();
      assert.match(command, /^curl /);
      assert.match(await page.locator("#as-dossier").innerText(), /^dossier search /);
      const json = await page.locator("#taken").getByRole("link", { name: "JSON", exact: true }).getAttribute("href");
      const { hits } = await (await fetch(desk.address + json)).json();
      assert.deepEqual(hits.map(({ id }) => id), await hitIds(page));
    });
  });
}

test("a new article comes into a feed once, and a corrected one does not come again", async () => {
  const feed = async () => {
    const text = await (await fetch(`${desk.address}/feed.atom?q=lighthouse+keeper`)).text();
    return [...text.matchAll(/<entry[ >].*?<id>(.*?)<\/id>.*?<updated>(.*?)<\/updated>.*?<\/entry>/gs)].map(([, id, updated]) => `${id} ${updated}`);
  };
  const before = await feed();
  const article = (title) => `---\nid: lamp\ntitle: ${title}\ndate: 2024-06-02\n---\nThe lighthouse keeper of Karanj went home.\n`;
  desk.write({ "lamp.md": article("A keper retires") });
  await desk.index();
  const first = await feed();
  assert.equal(first.length, before.length + 1);
  desk.write({ "lamp.md": article("A keeper retires") });
  await desk.index();
  assert.deepEqual(await feed(), first);
});
