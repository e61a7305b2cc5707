// The markup of every page is valid HTML, by the rules that html-validate takes from the standard; accessibility is axe-core's.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { HtmlValidate } from "html-validate";
import { Desk } from "./desk.mjs";
import { pages } from "./pages.mjs";

let desk;
before(async () => (desk = await Desk.open()));
after(() => desk?.close());

const validator = new HtmlValidate({ extends: ["html-validate:standard"] });

/** The faults of a text as lines that say where they are. */
async function faults(markup) {
  const { results } = await validator.validateString(markup);
  return results.flatMap(({ messages }) => messages.map(({ line, column, ruleId, message }) => `${line}:${column} ${ruleId}: ${message}`));
}

test("every page is valid HTML", async () => {
  for (const { name, path, status = 200 } of await pages(desk)) {
    const reply = await fetch(desk.address + path);
    assert.equal(reply.status, status, name);
    assert.deepEqual(await faults(await reply.text()), [], name);
  }
});

test("a fault would be seen", async () => {
  const markup = await (await fetch(desk.address)).text();
  assert.match((await faults(markup.replace("</main>", "</div></main>"))).join("\n"), /close-order/);
  assert.match((await faults(markup.replace('<meta charset="utf-8">', '<p id="q">x</p>'))).join("\n"), /no-dup-id|element-permitted-content/);
});
