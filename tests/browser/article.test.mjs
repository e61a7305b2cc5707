// Articles: their languages, their sources, the reasons of their labels, the way through their marks and through the results.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import axe from "axe-core";
import { Desk, SETTINGS, WIDTHS, eventually, hitIds, inWords, total } from "./desk.mjs";

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
        assert.match(await reason.innerText(), /Pakistan\/Balochistan\/Gwadar\s+(by the curator|by the classifier: matched “)/);
        await label.getByRole("link").click();
        await page.waitForURL(/region=/);
        const others = await desk.search({ region: "Pakistan/Balochistan/Gwadar" });
        assert.equal(await total(page), others.total.value);
      });
    });
  });
}

/** An article with several marks for a query, one of them in the title, as a page of the search that found it. */
async function marked(query) {
  const { hits } = await desk.search({ q: query, size: 20 });
  const hit = hits.find(({ title_html }) => title_html.includes("<mark>"));
  return `/articles/${hit.id}?${new URLSearchParams({ q: query })}`;
}

/** The mark that the page shows as the present one, by its name; nothing for none. */
function current(page) {
  return page.evaluate(() => document.querySelector("mark:target")?.id ?? "");
}

/** Whether a mark is in view and no bar lies over it. */
function isClear(locator) {
  return locator.evaluate((mark) => {
    // Its first line: a sentence may stand in several.
    const [box] = mark.getClientRects();
    return mark.contains(document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2));
  });
}

const names = (count) => Array.from({ length: count }, (_, at) => `hit-${at + 1}`);

for (const setting of SETTINGS.filter(({ scripts }) => scripts)) {
  describe(inWords(setting), () => {
    test("n and N go through all marks and round at the end, and the bar says which it is", async () => {
      await desk.visit(await marked("Gwadar attack"), setting, async (page) => {
        const count = await page.locator("article mark").count();
        assert.ok(count > 3);
        const status = page.locator(".moves [role=status]");
        // The title has the first mark, and the page opens there.
        await eventually(async () => (await current(page)) === "hit-1", "the page does not open at the first mark");
        for (const name of [...names(count).slice(1), "hit-1"]) {
          await page.keyboard.press("n");
          await eventually(async () => (await current(page)) === name, `n does not lead to ${name}`);
          assert.equal(await status.innerText(), `${name.slice(4)} of ${count}`);
          await eventually(() => isClear(page.locator("mark:target")), `${name} is covered or out of view`);
          assert.equal(await page.locator("mark[aria-current]").count(), 1);
        }
        await page.keyboard.press("Shift+N");
        await eventually(async () => (await current(page)) === `hit-${count}`, "N does not go round");
        await page.getByRole("button", { name: "Next" }).click();
        await eventually(async () => (await current(page)) === "hit-1", "the button does not lead on");
        await page.getByRole("button", { name: "Previous" }).click();
        await eventually(async () => (await current(page)) === `hit-${count}`, "the button does not lead back");
        assert.equal(new URL(page.url()).hash, `#hit-${count}`);
      });
    });

    test("the keys are letters where somebody types, and nothing where shortcuts are off", async () => {
      await desk.visit(await marked("Gwadar attack"), setting, async (page) => {
        await eventually(async () => (await current(page)) === "hit-1", "the page does not open at the first mark");
        const box = page.locator("#q");
        await box.focus();
        await page.keyboard.press("End");
        await page.keyboard.type("n");
        assert.ok((await box.inputValue()).endsWith("n"));
        assert.equal(await current(page), "hit-1");
        await box.blur();
        await page.evaluate(() => localStorage.setItem("shortcuts", "off"));
        await page.keyboard.press("n");
        assert.equal(await current(page), "hit-1");
        await page.getByRole("button", { name: "Next" }).click();
        await eventually(async () => (await current(page)) === "hit-2", "the button does not lead on");
      });
    });

    test("Back leads out of an article, not through its marks", async () => {
      await desk.visit("/?q=Gwadar+attack", setting, async (page) => {
        await page.locator(".hits h2 a").first().click();
        await page.waitForURL(/articles/);
        await page.keyboard.press("n");
        await page.keyboard.press("n");
        await eventually(async () => (await current(page)) === "hit-3", "n does not lead on");
        await page.goBack();
        await page.waitForURL((url) => url.pathname === "/" && url.searchParams.get("q") === "Gwadar attack");
      });
    });

    test("the citation can be copied with its day of access", async () => {
      await desk.visit(await marked("Gwadar attack"), setting, async (page) => {
        await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
        await page.locator("#cite").getByRole("button", { name: "Copy" }).click();
        await page.locator("#cite").getByRole("button", { name: "Copied" }).waitFor();
        const copied = await page.evaluate(() => navigator.clipboard.readText());
        assert.equal(copied, await page.locator("#citation").innerText());
        assert.match(copied, /\(accessed \d+ \w+ \d{4}\)\.$/);
      });
    });
  });
}

for (const setting of WIDTHS) {
  describe(`${inWords(setting)}, through marks and results`, () => {
    test("every mark is reached by its number, and stands clear", async () => {
      await desk.visit(await marked("Gwadar attack"), setting, async (page) => {
        const count = await page.locator("article mark").count();
        assert.equal(await page.locator(".moves").isVisible(), setting.scripts);
        const numbers = page.locator(".marks a");
        const linked = await numbers.evaluateAll((links) => links.map((link) => link.hash.slice(1)));
        assert.deepEqual(linked.toSorted((a, b) => a.slice(4) - b.slice(4)), names(count));
        for (const at of [0, count - 1]) {
          await page.locator(`.marks a[href="#hit-${at + 1}"]`).click();
          await page.waitForURL((url) => url.hash === `#hit-${at + 1}`);
          await eventually(() => isClear(page.locator(`#hit-${at + 1}`)), `hit-${at + 1} is covered or out of view`);
        }
      });
    });

    test("a sentence in quotes opens at the sentence", async () => {
      const { hits } = await desk.search({ q: "Besham", lang: "en", size: 1 });
      const { body } = await (await fetch(`${desk.address}/api/v1/articles/${hits[0].id}`)).json();
      const sentence = body.split("\n\n").at(-1).split(". ")[0];
      await desk.visit(`/?${new URLSearchParams({ q: `"${sentence}"` })}`, setting, async (page) => {
        await page.locator(".hits h2 a").first().click();
        await page.waitForURL(/#hit-1$/);
        const first = page.locator("#hit-1");
        assert.ok(sentence.startsWith(await first.innerText()), sentence);
        await eventually(() => isClear(first), "the sentence is not in view");
      });
    });

    test("next and previous lead through the results over the end of a page, and back to the same place", async () => {
      const { hits } = await desk.search({ q: "Gwadar attack", size: 12 });
      await desk.visit("/?q=Gwadar+attack", setting, async (page) => {
        await page.locator(".hits h2 a").last().click();
        await page.waitForURL(/articles/);
        const results = page.getByRole("navigation", { name: "Results" });
        assert.match(await results.innerText(), /Result 10/);
        await results.getByRole("link", { name: `Next result: ${hits[10].title}` }).click();
        await page.waitForURL(new RegExp(hits[10].id));
        assert.match(await results.innerText(), /Result 11/);
        await results.getByRole("link", { name: `Next result: ${hits[11].title}` }).click();
        await page.waitForURL(new RegExp(hits[11].id));
        await results.getByRole("link", { name: `Previous result: ${hits[10].title}` }).click();
        await page.waitForURL(new RegExp(hits[10].id));
        await results.getByRole("link", { name: "Back to results" }).click();
        await page.waitForURL((url) => url.searchParams.get("page") === "2" && url.hash === "#result-1");
        assert.equal((await hitIds(page))[0], hits[10].id);
      });
    });

    test("the words that led to a label can be gone to", async () => {
      const { hits } = await desk.search({ q: "overview", size: 20 });
      for (const { id } of hits) {
        const { facets } = await (await fetch(`${desk.address}/api/v1/articles/${id}`)).json();
        const mention = Object.values(facets).flat().find(({ by, evidence }) => by === "classifier" && evidence.length > 0);
        if (mention) {
          await desk.visit(`/articles/${id}`, setting, async (page) => {
            await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
            await page.locator('.about a[href^="#why-"]').first().click();
            await page.waitForURL(/#why-/);
            await eventually(() => isClear(page.locator("article span:target")), "the words are not in view");
          });
          return;
        }
      }
      assert.fail("no article has a label by the classifier");
    });
  });
}

test("axe-core finds no fault in an article with a passage in view and everything open", async () => {
  const { hits } = await desk.search({ q: "گوادر", lang: "ur", size: 1 });
  const urdu = `/articles/${hits[0].id}?${new URLSearchParams({ q: "گوادر" })}`;
  for (const path of [await marked("Gwadar attack"), urdu]) {
    for (const scheme of ["light", "dark"]) {
      await desk.visit(path, { width: 390, scheme }, async (page) => {
        await page.keyboard.press("n");
        await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate(() => window.axe.run({ rules: { "target-size": { enabled: true } } }));
        assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), [], `${path}, ${scheme}`);
      });
    }
  }
});
