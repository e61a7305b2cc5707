// A box to look for a value in a long list of them: the list is narrowed in place, by the page that has all values.

import { say } from "./say.js";

const WAIT_MILLISECONDS = 150;
/** What each list was before it was narrowed. */
const whole = new WeakMap();
let request;
let waiting = 0;

function listOf(box) {
  return box.closest(".facet").querySelector("[data-values]");
}

/** Puts other values into a list; those that are chosen are among them. */
function fill(list, values) {
  if (!whole.has(list)) {
    whole.set(list, [...list.childNodes]);
  }
  list.replaceChildren(...values);
}

async function look(box) {
  request?.abort();
  const list = listOf(box);
  const wanted = box.value.trim();
  if (!wanted) {
    fill(list, whole.get(list) ?? [...list.childNodes]);
    say("All values");
    return;
  }
  request = new AbortController();
  const { signal } = request;
  const address = new URL(box.dataset.look, location.href);
  address.searchParams.set("facet_query", wanted);
  try {
    const reply = await fetch(address, { signal });
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    const found = page.querySelector("[data-values]");
    if (signal.aborted || !reply.ok || !found) {
      return;
    }
    found.querySelectorAll("details").forEach((details) => (details.open = true));
    fill(list, [...document.importNode(found, true).childNodes]);
    const count = found.querySelectorAll(".value").length;
    say(count === 0 ? "No value has that in its name" : `${count} value${count === 1 ? "" : "s"}`);
  } catch {
    // The list stays as it is, and the link to all values below it.
  }
}

/** Shows the boxes in a part of a page. */
export function show(part) {
  part.querySelectorAll("[data-look]").forEach((box) => (box.hidden = false));
}

export function start() {
  show(document);
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("[data-look]") && !event.isComposing) {
      clearTimeout(waiting);
      waiting = setTimeout(look, WAIT_MILLISECONDS, event.target);
    }
  });
}
