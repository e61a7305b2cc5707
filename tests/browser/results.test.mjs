// Results without a new page: the address holds the whole search, Back and Forward lead through searches, the focus
// stays where it was, the number is said, and whatever fails becomes a plain navigation.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Desk, SETTINGS, cursorInBox, eventually, hitIds, inWords, openFilters, total, value } from "./desk.mjs";

let desk;
before(async () => (desk = await Desk.open()));
after(() => desk?.close());

const REGION = "Pakistan/Balochistan";
const SIBLING = "Pakistan/Sindh";
const CHILD = "Pakistan/Balochistan/Gwadar";

/** Marks the window: a page that was loaded anew has lost the mark. */
const mark = (page) => page.evaluate(() => (window.marked = true));
const isSamePage = (page) => page.evaluate(() => window.marked === true);
const focusedId = (page) => page.evaluate(() => document.activeElement.id);
const said = (page, text) =>
  eventually(async () => (await page.getByRole("status").innerText()) === text, `“${text}” was not said`);

/** What a page shows, for comparing it with the one that the server makes for the same address. */
const shown = (page) =>
  page.evaluate(() => ({
    title: document.title,
    main: document.querySelector("main").innerText,
    side: [...document.querySelectorAll(".side input")].map(({ name, value, checked }) => [name, value, checked]),
    kept: [...document.querySelectorAll("#kept input")].map(({ name, value }) => [name, value]),
    box: document.getElementById("q").value,
    canonical: document.querySelector("link[rel=canonical]").getAttribute("href"),
  }));

for (const setting of SETTINGS.filter(({ scripts }) => scripts)) {
  describe(inWords(setting), () => {
    test("a tick applies at once, keeps the focus, and is the page that the server makes for its address", async () => {
      const narrowed = await desk.search({ q: "attack", region: REGION });
      await desk.visit("/?q=attack", setting, async (page) => {
        await mark(page);
        await openFilters(page);
        await (await value(page, "region", REGION)).check();
        await page.waitForURL(/region=/);
        assert.ok(await isSamePage(page));
        assert.equal(await total(page), narrowed.total.value);
        assert.equal(await focusedId(page), `region=${REGION}`);
        await said(page, await page.locator(".count").innerText());
        assert.ok(await page.locator("#filters").evaluate(({ open }) => open || innerWidth > 960), "filters folded up");
        assert.ok(!page.url().includes("page=") && page.url().endsWith(`?q=attack&region=${REGION}`), page.url());
        const here = await shown(page);
        await page.reload();
        const there = await shown(page);
        assert.deepEqual({ ...here, main: "" }, { ...there, main: "" });
        assert.deepEqual(await hitIds(page), narrowed.hits.map((hit) => hit.id));
      });
    });

    test("quick ticks all count, and a part takes the place of the whole", async () => {
      await desk.visit("/?q=attack", setting, async (page) => {
        await openFilters(page);
        await value(page, "region", REGION);
        await value(page, "region", SIBLING);
        await page.evaluate(
          (paths) => paths.forEach((path) => document.querySelector(`input[name=region][value="${path}"]`).click()),
          [REGION, SIBLING],
        );
        await page.waitForURL((url) => url.searchParams.getAll("region").length === 2);
        const both = await desk.search([["q", "attack"], ["region", REGION], ["region", SIBLING]]);
        await eventually(async () => (await total(page)) === both.total.value, "not the list of both");
        await (await value(page, "region", CHILD)).check();
        await page.waitForURL((url) => url.searchParams.getAll("region").join() === [CHILD, SIBLING].join());
      });
    });

    test("a value is shut out, and its chip takes it back", async () => {
      await desk.visit("/?q=attack", setting, async (page) => {
        const all = await total(page);
        await mark(page);
        await openFilters(page);
        await value(page, "region", SIBLING);
        await page.getByRole("link", { name: "Exclude Sindh", exact: true }).click();
        await page.waitForURL((url) => url.searchParams.get("not.region") === SIBLING);
        const left = await desk.search({ q: "attack", "not.region": SIBLING });
        assert.equal(await total(page), left.total.value);
        assert.notEqual(await focusedId(page), "");
        await page.getByRole("link", { name: "Remove filter not Region: Sindh" }).click();
        await page.waitForURL((url) => !url.searchParams.has("not.region"));
        assert.equal(await total(page), all);
        assert.ok(await isSamePage(page));
      });
    });

    test("Back and Forward lead through the searches, each at its place", async () => {
      await desk.visit("/?q=attack", setting, async (page) => {
        await mark(page);
        const counts = [await total(page)];
        await page.locator("#q").fill("Majeed Brigade");
        await page.keyboard.press("Enter");
        await page.waitForURL(/q=Majeed/);
        counts.push(await total(page));
        await page.evaluate(() => scrollTo({ top: 700, behavior: "instant" }));
        await eventually(() => page.evaluate(() => history.state?.top === 700), "the place was not kept");
        await page.getByRole("link", { name: "newest" }).evaluate((link) => link.click());
        await page.waitForURL(/sort=newest/);
        await page.goBack();
        await page.waitForURL((url) => !url.searchParams.has("sort"));
        await eventually(async () => (await page.evaluate(() => scrollY)) === 700, "Back is at another place");
        assert.equal(await total(page), counts[1]);
        await page.goBack();
        await page.waitForURL(/q=attack/);
        await eventually(async () => (await total(page)) === counts[0], "Back shows another search");
        assert.equal(await page.locator("#q").inputValue(), "attack");
        await page.goForward();
        await page.waitForURL(/q=Majeed/);
        await eventually(async () => (await total(page)) === counts[1], "Forward shows another search");
        assert.equal(await page.locator("#q").inputValue(), "Majeed Brigade");
        assert.ok(await isSamePage(page));
      });
    });

    test("what was unfolded stays unfolded, and what is typed is not lost", async () => {
      await desk.visit("/?q=attack", setting, async (page) => {
        await page.locator("#options > summary").click();
        await openFilters(page);
        const threat = page.locator("[id='facet.threat'] > summary");
        await threat.click();
        await page.locator("#q").fill("attack unsent");
        await page.getByRole("link", { name: "newest" }).click();
        await page.waitForURL(/sort=newest/);
        assert.ok(await page.locator("#options").evaluate(({ open }) => open));
        assert.ok(await page.locator("[id='facet.threat']").evaluate(({ open }) => open));
        assert.equal(await page.locator("#q").inputValue(), "attack unsent");
        assert.equal(await focusedId(page), "sort.newest");
      });
    });

    test("the switches of a search are found under options, and say which of them are changed", async () => {
      await desk.visit("/?q=attack+port", setting, async (page) => {
        await page.locator("#options > summary").click();
        await page.getByRole("link", { name: "any of them" }).click();
        await page.waitForURL(/match=any/);
        assert.equal(await page.locator("#options > summary").innerText(), "Options (1 changed)");
        assert.equal(await total(page), (await desk.search({ q: "attack port", match: "any" })).total.value);
        await page.getByRole("link", { name: "with all points of its score" }).click();
        await page.waitForURL(/explain=true/);
        const why = page.locator(".why").first();
        await why.locator("summary").click();
        assert.match(await why.innerText(), /\+\d+\.\d\d /);
      });
    });
  });
}

test("a long list of values is narrowed in place by any of their names", async () => {
  await desk.visit("/", SETTINGS[0], async (page) => {
    const search = page.getByRole("searchbox", { name: "Find a value of Region" });
    await search.fill("گوادر");
    const gwadar = page.locator(`input[name=region][value="${CHILD}"]`);
    await gwadar.waitFor();
    await eventually(async () => (await page.locator("[data-values=region] input[value=China]").count()) === 0, "not narrowed");
    await eventually(async () => /^\d+ values?$/.test(await page.getByRole("status").innerText()), "the number was not said");
    await gwadar.check();
    await page.waitForURL(/region=Pakistan\/Balochistan\/Gwadar/);
    assert.equal(await focusedId(page), `region=${CHILD}`);
  });
});

test("without JavaScript all values of a heading are on a page of their own", async () => {
  for (const scripts of [true, false]) {
    await desk.visit("/?q=attack&lang=en", { width: 390, scripts }, async (page) => {
      await openFilters(page);
      await page.getByRole("link", { name: "All values of Actor" }).click();
      await page.getByRole("heading", { level: 1, name: "Actor" }).waitFor();
      await page.getByRole("searchbox", { name: "Names that contain" }).fill("bla");
      await page.getByRole("button", { name: "Look" }).click();
      await page.waitForURL(/facet_query=bla/);
      await page.locator("input[name=actor][value='Baloch Liberation Army']").check();
      await page.getByRole("button", { name: "Search with these" }).click();
      await page.waitForURL((url) => url.pathname === "/");
      const found = await desk.search({ q: "attack", lang: "en", actor: "Baloch Liberation Army" });
      assert.equal(await total(page), found.total.value);
    });
  }
});

test("a slow reply is dropped for a later one, and shows that it is waited for", async () => {
  await desk.visit("/?q=attack", SETTINGS[0], async (page) => {
    let release;
    const held = new Promise((resolve) => (release = resolve));
    await page.route("**/?q=attack&sort=oldest", async (route) => {
      await held;
      await route.continue().catch(() => {});
    });
    await page.getByRole("link", { name: "oldest" }).click();
    await page.locator("main[aria-busy=true]").waitFor();
    await page.getByRole("link", { name: "newest" }).click();
    await page.waitForURL(/sort=newest/);
    release();
    await page.evaluate(() => new Promise(requestAnimationFrame));
    assert.ok(page.url().includes("sort=newest"));
    assert.equal(await page.locator("main[aria-busy]").count(), 0);
    assert.equal(await page.locator(".order [aria-current]").innerText(), "newest");
  });
});

test("what fails becomes a plain navigation, and other clicks are left alone", async () => {
  await desk.visit("/?q=attack", SETTINGS[0], async (page) => {
    await mark(page);
    // Another tab by a modifier: this page stays.
    const [tab] = await Promise.all([
      page.context().waitForEvent("page"),
      page.getByRole("link", { name: "newest" }).click({ modifiers: ["ControlOrMeta"] }),
    ]);
    await tab.close();
    assert.ok((await isSamePage(page)) && !page.url().includes("sort"));
    await page.route("**/?q=attack&sort=newest", (route) =>
      route.request().resourceType() === "fetch" ? route.abort() : route.continue(),
    );
    await page.getByRole("link", { name: "newest" }).click();
    await page.waitForURL(/sort=newest/);
    await page.locator(".order [aria-current]", { hasText: "newest" }).waitFor();
    assert.equal(await isSamePage(page), false);
  }).catch((error) => {
    // The browser reports the request that was made to fail.
    assert.match(String(error.message), /ERR_FAILED/);
  });
});

test("shortcuts reach the box, the hits and their own list, and can be turned off for good", async () => {
  await desk.visit("/?q=attack", SETTINGS[0], async (page) => {
    const title = (at) => page.locator(".hits h2 a").nth(at).evaluate((link) => link === document.activeElement);
    await page.locator("main").focus();
    await page.keyboard.press("j");
    assert.ok(await title(0));
    await page.keyboard.press("j");
    assert.ok(await title(1));
    await page.keyboard.press("k");
    assert.ok(await title(0));
    await page.keyboard.press("?");
    const dialog = page.getByRole("dialog", { name: "Shortcuts" });
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    assert.equal(await dialog.isVisible(), false);
    assert.ok(await title(0), "the focus did not return");
    await page.keyboard.press("/");
    await cursorInBox(page);
    await page.keyboard.type("j?/");
    assert.equal(await page.locator("#q").inputValue(), "j?/");
    await page.locator("main").focus();
    await page.keyboard.press("?");
    await dialog.getByRole("checkbox").uncheck();
    await dialog.getByRole("button", { name: "Close" }).click();
    await page.locator("main").focus();
    await page.keyboard.press("j");
    assert.ok(await page.locator("main").evaluate((main) => main === document.activeElement));
    await page.goto("/help");
    assert.equal(await page.getByRole("main").getByRole("checkbox").isChecked(), false);
    await page.keyboard.press("?");
    assert.equal(await dialog.isVisible(), false);
    await page.getByRole("main").getByRole("checkbox").check();
    await page.getByRole("main").focus();
    await page.keyboard.press("?");
    await dialog.waitFor();
  });
});

test("a command is copied whole, and that is said", async () => {
  await desk.visit("/?q=attack&region=Pakistan", SETTINGS[0], async (page) => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.locator("#taken > summary").click();
    await page.getByRole("button", { name: "Copy the command: With curl" }).click();
    await said(page, "Copied");
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(copied, await page.locator("#as-curl").textContent());
    assert.match(copied, /^curl .*region=Pakistan/);
    for (const name of ["CSV", "JSON Lines", "BibTeX", "RIS", "JSON", "Follow this search in a feed reader (Atom)"]) {
      const link = page.locator("#taken").getByRole("link", { name, exact: true });
      const reply = await page.request.get(await link.getAttribute("href"));
      assert.equal(reply.status(), 200, name);
    }
  });
});
