// The marked passages of an article: `n` and `N`, or the buttons of the bar, go from one to the next and round at the end.
// The passage in view is the fragment of the address, so that the address can be copied and a link to a mark is no other way.

import { shortcut } from "./keys.js";

const NAME = /^#hit-(\d+)$/;
let marks = [];
let bar;

/** Which mark the address names, from 0; -1 for none. */
function present() {
  const named = location.hash.match(NAME);
  return named ? marks.findIndex((mark) => mark.id === `hit-${named[1]}`) : -1;
}

/** Says which passage is in view. */
function show() {
  const at = present();
  marks.forEach((mark, of) => (of === at ? mark.setAttribute("aria-current", "true") : mark.removeAttribute("aria-current")));
  const status = bar.querySelector("[role=status]");
  status.textContent = at < 0 ? `${marks.length} marked` : `${at + 1} of ${marks.length}`;
}

/** Goes so many passages on. The address is replaced, so that Back leads out of the article and not through its marks. */
function move(step) {
  const at = present();
  const next = at < 0 ? (step > 0 ? 0 : marks.length - 1) : (at + step + marks.length) % marks.length;
  location.replace(`#${marks[next].id}`);
}

/** A page that was asked for a search without a passage opens at the first; one that was come back to stays where it was. */
function land() {
  const [entry] = performance.getEntriesByType("navigation");
  if (location.hash === "" && entry?.type === "navigate") {
    move(1);
  }
}

export function start() {
  marks = [...document.querySelectorAll("article mark[id]")];
  bar = document.querySelector(".moves");
  if (!bar || marks.length === 0) {
    return;
  }
  bar.hidden = false;
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (button) {
      move(Number(button.dataset.move));
    }
  });
  document.addEventListener("keydown", (event) => {
    const step = { n: 1, N: -1 }[shortcut(event)];
    if (step) {
      event.preventDefault();
      move(step);
    }
  });
  addEventListener("hashchange", show);
  land();
  show();
}
