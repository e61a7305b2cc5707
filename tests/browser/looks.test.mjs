// What holds of every page in both colour schemes: no accessibility fault that axe-core knows, nothing that has to be
// scrolled sideways, and a quiet console.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import axe from "axe-core";
import { Desk } from "./desk.mjs";
import { pages, unfold, visitAll } from "./pages.mjs";

let desk;
let all;
before(async () => {
  desk = await Desk.open();
  all = await pages(desk);
});
after(() => desk?.close());

/** The faults of a page as lines that say where they are. */
async function faults(page) {
  // The bar with the button stays in view over whatever scrolls below it; axe-core would take that for covered.
  await page.evaluate(() => document.querySelector(".apply")?.style.setProperty("position", "static"));
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"], rules: { "target-size": { enabled: true } } }));
  return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id} (${help}): ${node.html}`));
}

/** How many pixels of a page stand out to the side. */
function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

for (const width of [1280, 390]) {
  for (const scheme of ["light", "dark"]) {
    test(`axe-core finds no fault, and nothing stands out to the side: ${width} px, ${scheme}`, async () => {
      await visitAll(desk, { width, scheme }, all, async (page, name) => {
        assert.equal(await overflow(page), 0, name);
        await unfold(page);
        assert.equal(await overflow(page), 0, `${name}, unfolded`);
        assert.deepEqual(await faults(page), [], name);
      });
    });
  }
}

for (const width of [1280, 390]) {
  for (const scheme of ["light", "dark"]) {
    test(`axe-core finds no fault while suggestions or the list of shortcuts are open: ${width} px, ${scheme}`, async () => {
      await desk.visit("/?q=attack&region=Pakistan", { width, scheme }, async (page) => {
        await page.locator("#q").fill("Gwad");
        await page.getByRole("option").first().waitFor();
        await page.keyboard.press("ArrowDown");
        assert.equal(await overflow(page), 0);
        assert.deepEqual(await faults(page), []);
        await page.keyboard.press("Escape");
        await page.locator("main").focus();
        await page.keyboard.press("?");
        await page.getByRole("dialog").waitFor();
        assert.equal(await overflow(page), 0);
        assert.deepEqual(await faults(page), []);
      });
    });
  }
}

test("nothing stands out to the side on the narrowest telephone", async () => {
  await visitAll(desk, { width: 320, scripts: false }, all, async (page, name) => {
    await unfold(page);
    assert.equal(await overflow(page), 0, name);
  });
});

test("axe-core would find a fault", async () => {
  await desk.visit("/help", { width: 1280 }, async (page) => {
    await page.evaluate(() => document.documentElement.removeAttribute("lang"));
    assert.match((await faults(page)).join("\n"), /html-has-lang/);
  });
});

test("the colours follow the scheme of the system", async () => {
  const ground = {};
  for (const scheme of ["light", "dark"]) {
    await desk.visit("/", { width: 1280, scheme }, async (page) => {
      ground[scheme] = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    });
  }
  assert.notEqual(ground.light, ground.dark);
});
