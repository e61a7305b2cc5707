// Takes the picture of the README, or with `--all` one of every page at both widths in both schemes, to be looked at.
//
//   node tests/browser/screenshot.mjs         writes docs/search-page.png
//   node tests/browser/screenshot.mjs --all   writes tests/browser/shots/

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Desk, project } from "./desk.mjs";
import { pages, visitAll } from "./pages.mjs";

const desk = await Desk.open();
try {
  if (process.argv.includes("--all")) {
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
  } else {
    const path = "/?q=Majeed+Brigade+attack&region=Pakistan/Balochistan";
    await desk.visit(path, { width: 1280, height: 900, scheme: "light" }, async (page) => {
      await page.screenshot({ path: join(project, "docs", "search-page.png") });
    });
  }
} finally {
  await desk.close();
}
