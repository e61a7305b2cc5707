// The overview: bars, values and cells that lead to as many articles as they say; the table chosen by a form; the keyboard.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Desk, SETTINGS, WIDTHS, inWords } from "./desk.mjs";

let desk;
before(async () => (desk = await Desk.open()));
after(() => desk?.close());

/** The number in a text such as "1,204 articles". */
const number = (text) => Number(text.replaceAll(",", "").match(/\d+/)[0]);

/** The number of articles that the search page says it found. */
const found = async (page) => number(await page.locator("p.count").innerText());

/** Follows a link that names a number of articles. */
async function follow(page, link) {
  const count = number((await link.getAttribute("aria-label")).match(/[\d,]+ articles?$/)[0]);
  await link.click();
  await page.waitForURL((url) => url.pathname === "/");
  assert.equal(await found(page), count);
  return count;
}

const crosstab = (page) => page.locator("section", { has: page.locator("select") }).locator("table.crosstab");

for (const setting of SETTINGS) {
  describe(inWords(setting), () => {
    test("from a search to its overview, to a cell, to its articles", async () => {
      await desk.visit("/?q=attack", setting, async (page) => {
        const all = await found(page);
        await page.getByRole("link", { name: "Overview", exact: true }).click();
        await page.waitForURL(/overview/);
        assert.equal(await found(page), all);
        await page.getByLabel("Rows").selectOption({ label: "Threat" });
        await page.getByLabel("Columns").selectOption({ label: "Year" });
        await page.getByRole("button", { name: "Show" }).click();
        await page.waitForURL(/rows=threat&columns=year/);
        assert.match(page.url(), /q=attack/);
        const cells = crosstab(page).locator("td[class^=s-] a");
        assert.ok((await cells.count()) > 10);
        await follow(page, cells.nth(5));
        await page.goBack();
        await page.getByRole("link", { name: "Show the articles" }).click();
        await page.waitForURL((url) => url.pathname === "/");
        assert.equal(await found(page), all);
      });
    });

    test("bars and values lead to their articles", async () => {
      await desk.visit("/overview", setting, async (page) => {
        await follow(page, page.locator("svg.chart a").last());
        await page.goto("/overview");
        await follow(page, page.locator(".groups a[aria-label]").nth(3));
      });
    });
  });
}

for (const setting of WIDTHS) {
  describe(inWords(setting), () => {
    test("a table for each year, each narrower than the whole", async () => {
      await desk.visit("/overview?region=Gwadar&region=Karachi", setting, async (page) => {
        await page.getByLabel("Split").selectOption("year");
        await page.getByRole("button", { name: "Show" }).click();
        await page.waitForURL(/split=year/);
        const headings = await page.locator("section > h2").allInnerTexts();
        assert.ok(headings.filter((heading) => /^20\d\d$/.test(heading)).length > 3, headings.join(", "));
        await follow(page, page.locator("section", { has: page.locator("#table-2025") }).locator("td[class^=s-] a").first());
        assert.match(page.url(), /from=2025.*to=2025/);
      });
    });

    test("the keyboard reaches the boxes, the bars and the cells", async () => {
      await desk.visit("/overview", setting, async (page) => {
        const reached = new Set();
        const active = () => page.evaluate(() => {
          const here = document.activeElement;
          const inside = (selector) => here.closest(selector) !== null;
          if (here.getAttribute("role") === "region") return "box";
          if (inside("svg")) return "bar";
          if (inside("td")) return "cell";
          if (inside("thead")) return "head";
          return here.tagName.toLowerCase();
        });
        for (let n = 0; n < 400 && !["box", "bar", "cell", "head", "select"].every((kind) => reached.has(kind)); n++) {
          await page.keyboard.press("Tab");
          reached.add(await active());
        }
        assert.ok(["box", "bar", "cell", "head", "select"].every((kind) => reached.has(kind)), [...reached].join(" "));
        const link = page.locator(":focus");
        assert.equal(await link.count(), 1);
      });
    });

    test("heads of rows stay in view while a table scrolls in its own box", async () => {
      await desk.visit("/overview", setting, async (page) => {
        const head = crosstab(page).locator("tbody th").nth(1);
        const left = async () => (await head.boundingBox()).x;
        const before = await left();
        await crosstab(page).evaluate((table) => (table.parentElement.scrollLeft = 300));
        assert.ok(Math.abs((await left()) - before) < 1);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
      });
    });
  });
}

test("what was seen adds up on the coverage page", async () => {
  await desk.visit("/coverage", WIDTHS[0], async (page) => {
    const [seen, ...rest] = (await page.locator("#seen ~ dl dd").allInnerTexts()).map(number);
    assert.equal(rest.reduce((sum, count) => sum + count), seen);
  });
});
