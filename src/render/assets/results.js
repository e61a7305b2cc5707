// Results without a new page: whatever changes the search fetches the page that it leads to and puts the parts of that
// page in the place of these. The address always holds the whole search; whatever fails becomes a plain navigation.

import { say } from "./say.js";
import { keepFold, swap } from "./swap.js";

/** Places whose controls change what stands below them: there the view stays where it is. */
const STILL = ".side, .summary, .chips, .extras, .histogram, .note";
const BUSY_MILLISECONDS = 250;
const SCROLL_MILLISECONDS = 100;

let request;
let shown = here();
let scrolling = 0;

function here() {
  return location.pathname + location.search;
}

function form() {
  return document.getElementById("search");
}

/** The search that the form asks for. */
function asked() {
  const fields = [...new FormData(form())].filter(([, value]) => value);
  return `/?${new URLSearchParams(fields)}`;
}

/** The page at an address, if it is one whose parts fit here: a search page of the same build. */
async function fetched(url, signal) {
  const reply = await fetch(url, { signal, headers: { accept: "text/html" } });
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  const build = (its) => its.querySelector("script[type=module]")?.getAttribute("src");
  return reply.ok && page.querySelector("[data-search]") && build(page) === build(document) ? page : undefined;
}

/** Keeps the place with the entry of the history. */
function remember() {
  history.replaceState({ ...history.state, top: scrollY }, "");
}

/**
 * Goes to a search. `back` has the place to scroll to if it was in the history already; `still` leaves the view where
 * it is; `keepsText` leaves words in the box that were not sent.
 */
async function go(url, { back, still = false, keepsText = false } = {}) {
  request?.abort();
  request = new AbortController();
  const { signal } = request;
  const box = document.getElementById("q");
  const sent = keepsText ? box.defaultValue : box.value;
  const content = document.getElementById("content");
  const busy = setTimeout(() => content.setAttribute("aria-busy", "true"), BUSY_MILLISECONDS);
  const page = await fetched(url, signal).catch(() => undefined);
  clearTimeout(busy);
  if (signal.aborted) {
    return;
  }
  if (!page) {
    location.assign(url);
    return;
  }
  clearTimeout(scrolling);
  if (!back) {
    remember();
    const address = page.querySelector("link[rel=canonical]")?.getAttribute("href") ?? url;
    history[address === here() ? "replaceState" : "pushState"]({}, "", address);
  }
  const text = page.getElementById("q").defaultValue;
  if (box.value === sent) {
    box.value = text;
  }
  box.defaultValue = text;
  swap(page);
  hideButton();
  shown = here();
  request = undefined;
  if (back || !still) {
    scrollTo({ top: back?.top ?? 0, behavior: "instant" });
  }
  say(document.querySelector(".count").textContent);
}

/** A value was ticked or not: ticked values above and below it give way, as they do behind its link. */
function ticked(box) {
  const isKin = (a, b) => a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
  for (const other of box.checked ? document.querySelectorAll(".value input:checked") : []) {
    if (other.name === box.name && isKin(other.value, box.value)) {
      other.checked = false;
    }
  }
  go(asked(), { still: true });
}

function clicked(event) {
  const summary = event.target.closest?.("summary");
  if (summary) {
    keepFold(summary);
  }
  const link = event.target.closest?.("a[href]");
  const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!link || event.defaultPrevented || !isPlain || link.target || link.hasAttribute("download")) {
    return;
  }
  if (link.origin !== location.origin || link.pathname !== "/" || link.getAttribute("href").startsWith("#")) {
    return;
  }
  event.preventDefault();
  link.focus({ preventScroll: true });
  const box = link.closest(".value label")?.control;
  if (box) {
    // By the form, which knows of ticks that are still on their way.
    box.checked = !box.checked;
    ticked(box);
    return;
  }
  go(link.href, { still: Boolean(link.closest(STILL)), keepsText: !link.classList.contains("name") });
}

function changed({ target }) {
  if (target.form !== form() || !target.closest(".side")) {
    return;
  }
  if (target.type === "checkbox") {
    ticked(target);
  } else if (target.checkValidity()) {
    go(asked(), { still: true });
  }
}

function submitted(event) {
  if (event.target === form() && !event.defaultPrevented) {
    event.preventDefault();
    go(asked());
  }
}

function popped(event) {
  if (here() !== shown) {
    go(here(), { back: { top: event.state?.top ?? 0 } });
  }
}

/** Ticks and dates apply at once: a button for them would do nothing. */
function hideButton() {
  document.querySelector(".side .apply button").hidden = true;
}

export function start() {
  if (!document.querySelector("[data-search]")) {
    return;
  }
  hideButton();
  document.addEventListener("click", clicked);
  document.addEventListener("change", changed);
  document.addEventListener("submit", submitted);
  addEventListener("popstate", popped);
  addEventListener("scroll", () => {
    clearTimeout(scrolling);
    scrolling = setTimeout(() => request || remember(), SCROLL_MILLISECONDS);
  });
}
