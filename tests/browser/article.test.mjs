// Articles: their languages, their sources, and the reasons of their labels.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Desk, WIDTHS, hitIds, inWords, total } from "./desk.mjs";

let desk;
before(async () => (desk = await Desk.open()));
after(() => desk?.close());

const direction = (locator) => locator.evaluateAll((all) => [...new Set(all.map((one) => getComputedStyle(one).direction))]);

for (const setting of WIDTHS) {
  describe(inWords(setting), () => {
    test("an article in Urdu runs from right to left, in the list and on its page", async () => {
      await desk.visit(`/?${new URLSearchParams({ q: "گوادر", lang: "ur" })}`, setting, async (page) => {
        assert.ok((await total(page)) > 0);
        assert.deepEqual(await direction(page.locator(".hits h2, .hits .snippet")), ["rtl"]);
        assert.deepEqual(await direction(page.locator(".hits .facts, .count")), ["ltr"]);
        await page.locator(".hits h2 a").first().click();
        await page.waitForURL(/articles/);
        assert.equal(await page.locator("article").getAttribute("lang"), "ur");
        assert.deepEqual(await direction(page.locator("article h1, article .text > *")), ["rtl"]);
        assert.deepEqual(await direction(page.locator("article .facts, .about h2")), ["ltr"]);
        assert.equal(await page.locator("mark").first().innerText(), "گوادر");
      });
    });

    test("a Chinese query finds Chinese words and marks them", async () => {
      await desk.visit("/", setting, async (page) => {
        await page.locator("#q").fill("瓜达尔");
        await page.keyboard.press("Enter");
        await page.waitForURL(/q=/);
        const { hits } = await desk.search({ q: "瓜达尔" });
        assert.ok(hits.length > 0);
        assert.deepEqual(await hitIds(page), hits.map((hit) => hit.id));
        // Its other names are found and marked too, and nothing else.
        const forms = new Set(hits.flatMap(({ matched }) => matched.map(({ form }) => form)));
        const marked = new Set(await page.locator(".hits mark").allInnerTexts());
        assert.ok(marked.has("瓜达尔") && [...marked].every((mark) => forms.has(mark)), [...marked].join(" "));
        assert.equal(await page.locator(".hits h2").first().getAttribute("lang"), "zh");
      });
    });

    test("a hit names three publishers, and its article all of them", async () => {
      const { hits } = await desk.search({ q: "chronology attacks", size: 100 });
      const hit = hits.find(({ source }) => source.length > 10);
      assert.ok(hit, "the shipped corpus has overviews that rest on many sources");
      await desk.visit("/?q=chronology+attacks&size=100", setting, async (page) => {
        const entry = page.locator(".hits > li", { has: page.locator(`h2 a[href^="/articles/${hit.id}?"]`) });
        const facts = await entry.locator(".facts").innerText();
        assert.ok(facts.includes(hit.source[2]) && !facts.includes(hit.source[3]), facts);
        await entry.getByRole("link", { name: `+ ${hit.source.length - 3} more` }).click();
        await page.waitForURL(/#sources/);
        const named = await page.locator("#sources").innerText();
        assert.deepEqual(hit.source.filter((source) => !named.includes(source)), []);
        assert.ok(await page.locator("#sources h2").isVisible());
      });
    });

    test("a label says why it is there and leads to the others that carry it", async () => {
      const { hits } = await desk.search({ q: "Gwadar", region: "Pakistan/Balochistan/Gwadar", size: 1 });
      await desk.visit(`/articles/${hits[0].id}`, setting, async (page) => {
        const label = page.locator(".about li", { has: page.getByRole("link", { name: "Gwadar", exact: true }) }).first();
        const reason = label.locator("details p");
        assert.equal(await reason.isVisible(), false);
        await label.locator("summary").click();
        assert.match(await reason.innerText(), /Pakistan\/Balochistan\/Gwadar\s+(by the curator|matched “)/);
        await label.getByRole("link").click();
        await page.waitForURL(/region=/);
        const others = await desk.search({ region: "Pakistan/Balochistan/Gwadar" });
        assert.equal(await total(page), others.total.value);
      });
    });
  });
}
