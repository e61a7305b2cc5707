// Searching with mouse and keyboard: words, filters, dates, order, pages; and what the page says when nothing is found.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Desk, SETTINGS, WIDTHS, apply, countBeside, cursorInBox, eventually, hitIds, hitLinks, inWords, openFilters, total, value } from "./desk.mjs";

let desk;
before(async () => (desk = await Desk.open()));
after(() => desk?.close());

const REGION = "Pakistan/Balochistan";
const SIBLING = "Pakistan/Sindh";

for (const setting of SETTINGS) {
  describe(inWords(setting), () => {
    test("words are searched by Enter and by the button", async () => {
      const expected = await desk.search({ q: "Majeed Brigade" });
      await desk.visit("/", setting, async (page) => {
        await cursorInBox(page);
        await page.keyboard.type("Majeed Brigade");
        await page.keyboard.press("Enter");
        await page.waitForURL(/q=Majeed/);
        assert.equal(await total(page), expected.total.value);
        assert.deepEqual(await hitIds(page), expected.hits.map((hit) => hit.id));
        assert.ok((await page.locator(".hits mark").allInnerTexts()).includes("Majeed"));
        await page.locator("#q").fill("Gwadar port");
        await page.getByRole("button", { name: "Search" }).click();
        await page.waitForURL(/q=Gwadar/);
        const other = await desk.search({ q: "Gwadar port" });
        assert.deepEqual(await hitIds(page), other.hits.map((hit) => hit.id));
        assert.equal(await page.locator("#q").inputValue(), "Gwadar port");
      });
    });

    test("a ticked value narrows the list, leaves its siblings' counts, and its chip takes it away", async () => {
      await desk.visit("/?q=attack", setting, async (page) => {
        const all = await total(page);
        await openFilters(page);
        const box = await value(page, "region", REGION);
        const sibling = await countBeside(await value(page, "region", SIBLING));
        const promised = await countBeside(box);
        assert.ok(promised > 0 && promised < all && sibling > 0);
        await box.check();
        await apply(page, setting);
        await page.waitForURL(/region=/);
        assert.equal(await total(page), promised);
        const { hits } = await desk.search({ q: "attack", region: REGION });
        assert.deepEqual(await hitIds(page), hits.map((hit) => hit.id));
        await openFilters(page);
        assert.ok(await (await value(page, "region", REGION)).isChecked());
        assert.equal(await countBeside(await value(page, "region", SIBLING)), sibling);
        // A second value under the same heading is an alternative: the list grows.
        await (await value(page, "region", SIBLING)).check();
        await apply(page, setting);
        await page.waitForURL(/region=.*region=/);
        const both = await desk.search([["q", "attack"], ["region", REGION], ["region", SIBLING]]);
        assert.equal(await total(page), both.total.value);
        assert.ok(both.total.value > promised);
        await page.getByRole("link", { name: "Remove filter Region: Sindh" }).click();
        await page.waitForURL((url) => url.searchParams.getAll("region").length === 1);
        assert.equal(await total(page), promised);
        await page.getByRole("link", { name: "Remove filter Region: Balochistan" }).click();
        await page.waitForURL((url) => !url.searchParams.has("region"));
        assert.equal(await total(page), all);
      });
    });

    test("a bar sets the dates, and the page finds as many as the bar says", async () => {
      await desk.visit("/?q=attack", setting, async (page) => {
        const bars = page.locator("a.bar");
        const read = async (bar) => {
          const [key, count] = (await bar.locator(".key").textContent()).split(", ");
          return { key, count: Number(count.match(/\d+/)[0]) };
        };
        const all = await total(page);
        const year = await read(bars.last());
        assert.ok(year.count > 0 && year.count < all);
        await bars.last().click();
        await page.waitForURL(/from=/);
        assert.equal(await total(page), year.count);
        await openFilters(page);
        assert.equal(await page.getByRole("textbox", { name: "From" }).inputValue(), year.key);
        assert.equal(await page.getByRole("textbox", { name: "To" }).inputValue(), year.key);
        // The bars of the year are its months, and add up to it.
        const months = await Promise.all((await bars.all()).map(read));
        assert.ok(months.every((month) => month.key.startsWith(`${year.key}-`)));
        assert.equal(months.reduce((sum, month) => sum + month.count, 0), year.count);
        await bars.first().click();
        await page.waitForURL(new RegExp(`from=${months[0].key}`));
        assert.equal(await total(page), months[0].count);
        await page.getByRole("link", { name: "All years" }).click();
        await page.waitForURL((url) => !url.searchParams.has("from"));
        assert.equal(await total(page), all);
      });
    });

    test("a hit opens at its first mark, and both ways back lead to the same results", async () => {
      await desk.visit("/?q=Majeed+Brigade&from=2024", setting, async (page) => {
        const results = page.url();
        const hits = await hitLinks(page);
        const isInView = (mark) => mark.evaluate((element) => {
          const box = element.getBoundingClientRect();
          return box.top >= 0 && box.bottom <= innerHeight;
        });
        for (const goBack of [() => page.goBack(), () => page.getByRole("link", { name: "Back to results" }).click()]) {
          await page.locator(".hits h2 a").nth(1).click();
          await page.waitForURL(/articles.*#hit-1/);
          assert.match(await page.locator("#hit-1").innerText(), /Majeed|Brigade|马吉德旅|مجید/i);
          await page.locator("mark#hit-1:target").waitFor();
          await eventually(() => isInView(page.locator("#hit-1")), "the first mark is not in view");
          await page.locator("details.marks").evaluate((details) => (details.open = true));
          await page.getByRole("link", { name: /^passage 2:/ }).click();
          await page.waitForURL(/#hit-2/);
          await eventually(() => isInView(page.locator("#hit-2")), "the second mark is not in view");
          await page.goBack();
          await goBack();
          // The link on the page leads to the hit that it came from.
          await page.waitForURL((url) => url.href.split("#")[0] === results);
          assert.deepEqual(await hitLinks(page), hits);
        }
      });
    });
  });
}

for (const setting of WIDTHS) {
  describe(inWords(setting), () => {
    test("dates are typed, and a date that does not exist is refused with its name", async () => {
      await desk.visit("/?q=attack", setting, async (page) => {
        await openFilters(page);
        await page.getByRole("textbox", { name: "From" }).fill("2024-03");
        await page.getByRole("textbox", { name: "To" }).fill("2024-10");
        await apply(page, setting);
        await page.waitForURL(/from=2024-03/);
        assert.equal(await total(page), (await desk.search({ q: "attack", from: "2024-03", to: "2024-10" })).total.value);
        await openFilters(page);
        await page.getByRole("textbox", { name: "To" }).fill("2024-13");
        await apply(page, setting);
        await page.getByRole("heading", { name: "A parameter cannot be used" }).waitFor();
        assert.match(await page.getByRole("main").innerText(), /to: .*2024-13/);
      }, [400]);
    });

    test("the order can be chosen", async () => {
      await desk.visit("/?q=attack&size=100", setting, async (page) => {
        const dates = () => page.locator(".hits time").evaluateAll((times) => times.map((time) => time.dateTime));
        const best = await hitIds(page);
        await page.getByRole("link", { name: "newest" }).click();
        await page.waitForURL(/sort=newest/);
        const newest = await dates();
        assert.deepEqual(newest, [...newest].sort().reverse());
        assert.deepEqual((await hitIds(page)).sort(), [...best].sort());
        await page.getByRole("link", { name: "oldest" }).click();
        await page.waitForURL(/sort=oldest/);
        const oldest = await dates();
        assert.deepEqual(oldest, [...oldest].sort());
        assert.ok(oldest[0] < newest[0]);
        await page.getByRole("link", { name: "best" }).click();
        await page.waitForURL((url) => !url.searchParams.has("sort"));
        assert.deepEqual(await hitIds(page), best);
      });
    });

    test("pages join without gap or overlap", async () => {
      await desk.visit("/?q=attack&size=5", setting, async (page) => {
        const all = await total(page);
        const seen = await hitIds(page);
        const first = [...seen];
        for (let number = 2; (await page.getByRole("link", { name: "Next", exact: true }).count()) > 0; number++) {
          await page.getByRole("link", { name: "Next", exact: true }).click();
          await page.waitForURL(new RegExp(`page=${number}`));
          assert.equal(await page.locator(".hits").getAttribute("start"), String(seen.length + 1));
          seen.push(...(await hitIds(page)));
        }
        assert.ok(all > 10);
        assert.equal(seen.length, all);
        assert.equal(new Set(seen).size, all);
        await page.getByRole("link", { name: "Page 1", exact: true }).click();
        await page.waitForURL((url) => !url.searchParams.has("page"));
        assert.deepEqual(await hitIds(page), first);
      });
    });

    test("nothing found offers ways out, and they lead out", async () => {
      await desk.visit("/?q=Gwadar&from=1990&to=1991&region=Pakistan", setting, async (page) => {
        assert.equal(await total(page), 0);
        const ways = page.locator(".empty a");
        assert.ok((await ways.allInnerTexts()).some((text) => text.includes("without the filter “to 1991”")));
        for (const name of ["Search without any filter", "all articles"]) {
          await page.goto("/?q=Gwadar&from=1990&to=1991&region=Pakistan");
          await ways.filter({ hasText: name }).click();
          await page.waitForURL((url) => !url.searchParams.has("from"));
          assert.ok((await total(page)) > 0, name);
        }
        await page.goto("/?q=zzzzqqqq");
        await page.locator(".empty").getByRole("link", { name: "how to write a query" }).click();
        await page.getByRole("heading", { level: 1, name: "How to write a query" }).waitFor();
      });
    });

    test("a script in the query stays text", async () => {
      const query = `<script>document.title = "broken"</script><img src=x onerror="document.title = 'broken'">`;
      await desk.visit("/", setting, async (page) => {
        await page.locator("#q").fill(query);
        await page.keyboard.press("Enter");
        await page.waitForURL(/q=/);
        for (const path of [null, `/articles/no-such?${new URLSearchParams({ q: query })}`]) {
          if (path) {
            await page.goto(path);
          } else {
            assert.equal(await page.locator("#q").inputValue(), query);
            assert.match(await page.title(), /<script>/);
          }
          assert.equal(await page.locator("script:not([src]), img").count(), 0);
          assert.notEqual(await page.title(), "broken");
        }
        const { hits } = await desk.search({ q: "Gwadar", size: 1 });
        await page.goto(`/articles/${hits[0].id}?${new URLSearchParams({ q: `Gwadar ${query}` })}`);
        assert.equal(await page.locator("#q").inputValue(), `Gwadar ${query}`);
        assert.equal(await page.locator("script:not([src]), img").count(), 0);
        assert.ok((await page.locator("article mark").count()) > 0);
      }, [404]);
    });
  });
}

test("the examples of the help are searches that the page answers", async () => {
  await desk.visit("/help", SETTINGS[0], async (page) => {
    const examples = await page.locator("td a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
    assert.ok(examples.length > 10);
    for (const example of examples) {
      const reply = await page.request.get(example);
      assert.equal(reply.status(), 200, example);
    }
  });
});

test("the content policy stops a script that got into a page, and the console says so", async () => {
  // The other tests lean on the console: this one shows that it would speak.
  await assert.rejects(
    desk.visit("/", SETTINGS[0], async (page) => {
      const ran = await page.evaluate(() => {
        const script = document.createElement("script");
        script.textContent = "window.ran = true";
        document.head.append(script);
        return window.ran === true;
      });
      assert.equal(ran, false);
    }),
    /Content Security Policy/,
  );
});
