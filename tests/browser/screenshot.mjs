// Takes a picture of every page at both widths in both schemes, to be looked at: into tests/browser/shots/, which git
// does not keep.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Desk, project } from "./desk.mjs";
import { pages, visitAll } from "./pages.mjs";

const desk = await Desk.open();
try {
  const folder = join(project, "tests", "browser", "shots");
  mkdirSync(folder, { recursive: true });
  const all = await pages(desk);
  for (const width of [1280, 390]) {
    for (const scheme of ["light", "dark"]) {
      await visitAll(desk, { width, scheme }, all, async (page, name) => {
        await page.screenshot({ path: join(folder, `${name}, ${width}, ${scheme}.png`) });
      });
    }
  }
} finally {
  await desk.close();
}
