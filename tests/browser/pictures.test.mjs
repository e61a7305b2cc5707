// The pictures of the README: search, article and overview, at a desk and on a telephone, light, dark and in Urdu.
//
// Each is taken in every run, so that none can show what the pages no longer do; `UPDATE_PICTURES=1 node --test
// pictures.test.mjs` keeps them in docs/pictures/, to be looked at before they are committed.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Desk, project } from "./desk.mjs";

const FOLDER = join(project, "docs", "pictures");
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
/** Fewer bytes than any picture with text in it has. */
const BYTES_MIN = 15_000;

let desk;
let pictures;
before(async () => {
  desk = await Desk.open();
  const search = "/?q=Majeed+Brigade+attack&region=Pakistan/Balochistan";
  const overview = "/overview?rows=actor&columns=region";
  const first = async (parameters) => (await desk.search({ ...parameters, size: 1 })).hits[0].id;
  const article = `/articles/${await first({ q: "Majeed Brigade attack" })}?q=Majeed+Brigade+attack`;
  const inUrdu = new URLSearchParams({ q: "گوادر" });
  const urdu = `/articles/${await first({ q: "گوادر", lang: "ur" })}?${inUrdu}`;
  pictures = [
    ["search-desktop-light", search, DESKTOP, "light"],
    ["search-desktop-dark", search, DESKTOP, "dark"],
    ["search-phone-light", search, PHONE, "light"],
    ["search-urdu-phone-dark", `/?${inUrdu}`, PHONE, "dark"],
    ["article-desktop-light", article, DESKTOP, "light"],
    ["article-phone-dark", article, PHONE, "dark"],
    ["article-urdu-desktop-light", urdu, DESKTOP, "light"],
    ["overview-desktop-light", overview, DESKTOP, "light"],
    ["overview-desktop-dark", overview, DESKTOP, "dark"],
    ["overview-phone-light", overview, PHONE, "light"],
  ];
});
after(() => desk?.close());

/** Width and height of a PNG, from its first chunk. */
function size(picture) {
  return { width: picture.readUInt32BE(16), height: picture.readUInt32BE(20) };
}

test("every picture of the documentation can be taken, and is kept", async () => {
  const keeps = Boolean(process.env.UPDATE_PICTURES);
  mkdirSync(FOLDER, { recursive: true });
  for (const [name, path, setting, scheme] of pictures) {
    await desk.visit(path, { ...setting, scheme }, async (page) => {
      await page.waitForLoadState("networkidle");
      const picture = await page.screenshot();
      assert.ok(picture.length > BYTES_MIN, `${name} is empty: ${picture.length} bytes`);
      const file = join(FOLDER, `${name}.png`);
      if (keeps) {
        writeFileSync(file, picture);
      }
      assert.ok(existsSync(file), `${file} is missing: UPDATE_PICTURES=1 takes it`);
      assert.deepEqual(size(readFileSync(file)), size(picture), name);
    });
  }
  const kept = readdirSync(FOLDER).sort();
  assert.deepEqual(kept, pictures.map(([name]) => `${name}.png`).sort(), "docs/pictures holds others");
});
