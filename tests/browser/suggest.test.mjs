// Suggestions under the search box: by keyboard, by mouse and by touch, and what is said of them. Without JavaScript the
// box is a plain one.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Desk, SETTINGS, cursorInBox, eventually, hitIds, inWords } from "./desk.mjs";

let desk;
before(async () => (desk = await Desk.open()));
after(() => desk?.close());

const START = "Gwad";

const box = (page) => page.getByRole("combobox", { name: "Search the articles" });
const options = (page) => page.getByRole("option");
const chosen = (page) => page.locator("[role=option][aria-selected=true]");

async function expected(text, filters = {}) {
  const reply = await fetch(`${desk.address}/api/v1/suggest?${new URLSearchParams({ ...filters, q: text, size: 8 })}`);
  return (await reply.json()).suggestions;
}

async function open(page) {
  await cursorInBox(page);
  await page.keyboard.type(START);
  await options(page).first().waitFor();
}

for (const setting of SETTINGS.filter(({ scripts }) => scripts)) {
  describe(inWords(setting), () => {
    test("what is typed is continued: the option says what it is, and the number is said", async () => {
      const suggestions = await expected(START);
      assert.ok(suggestions.length > 3);
      await desk.visit("/", setting, async (page) => {
        assert.equal(await box(page).getAttribute("aria-expanded"), "false");
        assert.equal(await box(page).getAttribute("aria-autocomplete"), "list");
        const before = await page.locator("main").boundingBox();
        await open(page);
        assert.equal(await box(page).getAttribute("aria-expanded"), "true");
        assert.equal(await box(page).getAttribute("aria-controls"), await page.getByRole("listbox").getAttribute("id"));
        assert.equal(await options(page).count(), suggestions.length);
        const first = await options(page).first().innerText();
        assert.ok(first.includes(suggestions[0].count.toLocaleString("en")), first);
        const shown = suggestions[0].fragments.map(({ text }) => text).join("");
        assert.equal(await options(page).first().locator(".shown").innerText(), shown);
        assert.match(await options(page).locator("mark").first().innerText(), /^gwad/i);
        await eventually(async () => (await page.getByRole("status").innerText()) === `${suggestions.length} suggestions`, "not said");
        // The list lies over the page and moves nothing.
        assert.deepEqual(await page.locator("main").boundingBox(), before);
        const list = await page.getByRole("listbox").boundingBox();
        assert.ok(list.x >= 0 && list.x + list.width <= setting.width, JSON.stringify(list));
        assert.ok((await options(page).first().boundingBox()).height >= 24);
      });
    });

    test("arrows choose, Enter takes and searches, and the text stands between last and first", async () => {
      const suggestions = await expected(START);
      await desk.visit("/", setting, async (page) => {
        await open(page);
        await page.keyboard.press("ArrowDown");
        assert.equal(await box(page).getAttribute("aria-activedescendant"), await chosen(page).getAttribute("id"));
        assert.equal(await box(page).inputValue(), START);
        await page.keyboard.press("ArrowUp");
        assert.equal(await chosen(page).count(), 0);
        assert.equal(await box(page).getAttribute("aria-activedescendant"), null);
        await page.keyboard.press("ArrowUp");
        assert.equal(await chosen(page).getAttribute("id"), await options(page).last().getAttribute("id"));
        // Home and End are of the text again.
        await page.keyboard.press("Home");
        assert.equal(await chosen(page).count(), 0);
        assert.equal(await box(page).evaluate((input) => input.selectionStart), 0);
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("Enter");
        await page.waitForURL((url) => url.searchParams.get("q") === suggestions[1].text);
        assert.equal(await page.getByRole("listbox").isVisible(), false);
        const { hits } = await desk.search({ q: suggestions[1].text });
        assert.deepEqual(await hitIds(page), hits.map((hit) => hit.id));
      });
    });

    test("Escape closes the list, then empties the box", async () => {
      await desk.visit("/", setting, async (page) => {
        await open(page);
        await page.keyboard.press("Escape");
        assert.equal(await box(page).getAttribute("aria-expanded"), "false");
        assert.equal(await box(page).inputValue(), START);
        await page.keyboard.press("Escape");
        assert.equal(await box(page).inputValue(), "");
        // An arrow opens it again; leaving the box closes it and takes nothing.
        await page.keyboard.type(START);
        await options(page).first().waitFor();
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("Tab");
        assert.equal(await page.getByRole("listbox").isVisible(), false);
        assert.equal(await box(page).inputValue(), START);
      });
    });

    test("a press takes an option", async () => {
      const suggestions = await expected(START);
      await desk.visit("/", setting, async (page) => {
        await open(page);
        await options(page).nth(2).click();
        await page.waitForURL((url) => url.searchParams.get("q") === suggestions[2].text);
      });
    });
  });
}

test("suggestions are of the articles under the filters that are set", async () => {
  const filters = { lang: "ur" };
  const suggestions = await expected("گو", filters);
  await desk.visit(`/?${new URLSearchParams(filters)}`, SETTINGS[0], async (page) => {
    await box(page).fill("گو");
    await options(page).first().waitFor();
    assert.equal(await options(page).first().getAttribute("data-text"), suggestions[0].text);
    assert.equal(await options(page).first().locator(".shown").evaluate((it) => getComputedStyle(it).direction), "rtl");
  });
});

test("a reply that comes late is dropped, and a text that is still being composed is not asked for", async () => {
  await desk.visit("/", SETTINGS[0], async (page) => {
    const asked = [];
    let release;
    const held = new Promise((resolve) => (release = resolve));
    await page.route("**/api/v1/suggest?*", async (route) => {
      const text = new URL(route.request().url()).searchParams.get("q");
      asked.push(text);
      if (text === "Karachi") {
        await held;
      }
      await route.continue().catch(() => {});
    });
    await box(page).fill("Karachi");
    await eventually(() => asked.includes("Karachi"), "the first text was not asked for");
    await box(page).fill(START);
    await options(page).first().waitFor();
    const shown = await options(page).allInnerTexts();
    release();
    await page.evaluate(() => new Promise(requestAnimationFrame));
    assert.deepEqual(await options(page).allInnerTexts(), shown);
    await page.keyboard.press("Escape");
    const before = asked.length;
    await box(page).evaluate((input) => {
      input.value = "瓜";
      input.dispatchEvent(new InputEvent("input", { bubbles: true, isComposing: true }));
    });
    await box(page).evaluate((input) => {
      input.value = "瓜达尔";
      input.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true, data: "瓜达尔" }));
    });
    await eventually(() => asked.length > before, "the finished text was not asked for");
    assert.deepEqual(asked.slice(before), ["瓜达尔"]);
  });
});

test("without JavaScript the box is a plain search box", async () => {
  await desk.visit("/", { width: 1280, scripts: false }, async (page) => {
    assert.equal(await page.getByRole("searchbox", { name: "Search the articles" }).count(), 1);
    assert.equal(await page.getByRole("combobox").count(), 0);
    assert.equal(await page.getByRole("listbox").count(), 0);
  });
});
