// The keyboard alone: what has the focus can be seen, and everything can be reached.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Desk, SETTINGS, WIDTHS, cursorInBox, inWords, total } from "./desk.mjs";

let desk;
before(async () => (desk = await Desk.open()));
after(() => desk?.close());

/** More presses of Tab than any way through the page needs. */
const TABS_MAX = 120;

/** What has the focus: what it is, whether it stands out, and whether it is in view. */
function focused(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    return {
      tag: element.tagName.toLowerCase(),
      text: (element.getAttribute("aria-label") ?? element.innerText ?? "").trim(),
      name: element.getAttribute("name"),
      value: element.getAttribute("value"),
      isOutlined: style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2,
      isCovered: !element.contains(document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)),
      isInView: box.width > 0 && box.height > 0 && box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight,
    };
  });
}

/** Presses Tab, or Shift and Tab, until `wanted` has the focus; every stop on the way must be visible. */
async function tabTo(page, wanted, key = "Tab") {
  for (let presses = 0; presses < TABS_MAX; presses++) {
    await page.keyboard.press(key);
    const stop = await focused(page);
    assert.ok(stop.isOutlined && stop.isInView && !stop.isCovered, `the focus cannot be seen: ${JSON.stringify(stop)}`);
    if (wanted(stop)) {
      return stop;
    }
  }
  return assert.fail("Tab does not lead there");
}

for (const setting of SETTINGS) {
  describe(inWords(setting), () => {
    test("search, tick, apply, open and go back, all without a mouse", async () => {
      // The last of the first level: whatever stands before it is passed.
      const last = (await desk.search({ q: "attack" })).facets.region.values.at(-1).path;
      await desk.visit("/", setting, async (page) => {
        await cursorInBox(page);
        await page.keyboard.type("attack");
        await page.keyboard.press("Enter");
        await page.waitForURL(/q=attack/);
        const all = await total(page);
        if (setting.width < 960) {
          await tabTo(page, (stop) => stop.tag === "summary" && stop.text.startsWith("Filters"));
          await page.keyboard.press("Enter");
        }
        await tabTo(page, (stop) => stop.name === "region" && stop.value === last);
        await page.keyboard.press("Space");
        assert.ok(await page.locator(`input[name="region"][value="${last}"]`).isChecked());
        if (!setting.scripts) {
          await tabTo(page, (stop) => stop.tag === "button" && stop.text === "Apply filters");
          await page.keyboard.press("Enter");
        }
        await page.waitForURL(/region=/);
        const narrowed = await total(page);
        assert.ok(narrowed > 0 && narrowed < all);
        const title = await page.locator(".hits h2").first().innerText();
        await tabTo(page, (stop) => stop.text === title);
        await page.keyboard.press("Enter");
        await page.waitForURL(/articles/);
        assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), title);
        // The page opens at its first mark and the list at the hit that one came from: what is above lies behind.
        await tabTo(page, (stop) => stop.text.endsWith("Back to results"), "Shift+Tab");
        await page.keyboard.press("Enter");
        await page.waitForURL((url) => url.pathname === "/" && url.searchParams.get("region") === last);
        assert.equal(await total(page), narrowed);
        await tabTo(page, (stop) => stop.text.startsWith("Remove filter"), "Shift+Tab");
        await page.keyboard.press("Enter");
        await page.waitForURL((url) => !url.searchParams.has("region"));
        assert.equal(await total(page), all);
      });
    });
  });
}

for (const setting of WIDTHS) {
  describe(inWords(setting), () => {
    test("the first stop skips to the results, past the filters", async () => {
      for (const [path, name] of [["/?q=attack", "Skip to the results"], ["/help", "Skip to the text"]]) {
        await desk.visit(path, setting, async (page) => {
          await page.keyboard.press("Tab");
          const skip = await focused(page);
          assert.equal(skip.text, name);
          assert.ok(skip.isOutlined && skip.isInView && !skip.isCovered, JSON.stringify(skip));
          await page.keyboard.press("Enter");
          await page.waitForURL(/#content/);
          await page.keyboard.press("Tab");
          assert.ok(await page.evaluate(() => document.querySelector("main").contains(document.activeElement)));
        });
      }
    });

    test("every stop of an article page can be seen", async () => {
      const { hits } = await desk.search({ q: "Majeed Brigade", size: 1 });
      await desk.visit(`/articles/${hits[0].id}?q=Majeed+Brigade`, setting, async (page) => {
        await tabTo(page, (stop) => stop.text === "JSON");
      });
    });
  });
}
