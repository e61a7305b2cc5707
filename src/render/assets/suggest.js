// Suggestions under the search box: a combobox with a list of its own, as the ARIA Authoring Practices have it. The
// focus stays in the box. Without a script the box is a plain one.

import { say } from "./say.js";

const WAIT_MILLISECONDS = 120;
const SUGGESTIONS_SHOWN = 8;

let box;
let list;
let options = [];
let active = -1;
let waiting = 0;
let request;

/** What the search box would search under: the form's fields, as a search would send them. */
function address() {
  const fields = [...new FormData(box.form)].filter(([name, value]) => value && !["q", "size", "page"].includes(name));
  const parameters = new URLSearchParams(fields);
  parameters.set("q", box.value);
  parameters.set("size", SUGGESTIONS_SHOWN);
  return `/api/v1/suggest?${parameters}`;
}

function isOpen() {
  return !list.hidden;
}

function close() {
  clearTimeout(waiting);
  request?.abort();
  list.hidden = true;
  box.setAttribute("aria-expanded", "false");
  choose(-1);
}

/** Makes an option the one that Enter takes; -1 for the text as it is. */
function choose(at) {
  active = at;
  options.forEach((option, n) => option.setAttribute("aria-selected", String(n === at)));
  if (at < 0) {
    box.removeAttribute("aria-activedescendant");
  } else {
    box.setAttribute("aria-activedescendant", options[at].id);
    options[at].scrollIntoView({ block: "nearest" });
  }
}

function span(name, text) {
  const element = document.createElement("span");
  element.className = name;
  element.textContent = text;
  return element;
}

/** What a suggestion is, for people: the dimension of a name, and by what name it is known. */
function kind({ kind: what, dimension, name, label }) {
  if (what !== "name") {
    return what;
  }
  return name === label ? dimension : `${dimension}, ${label}`;
}

function option(suggestion, n) {
  const element = document.createElement("li");
  element.id = `suggestion.${n + 1}`;
  element.setAttribute("role", "option");
  element.dataset.text = suggestion.text;
  const shown = span("shown", "");
  shown.dir = "auto";
  for (const { text, match } of suggestion.fragments) {
    const run = match ? document.createElement("mark") : document.createTextNode(text);
    run.textContent = text;
    shown.append(run);
  }
  const count = suggestion.count.toLocaleString("en");
  element.append(shown, span("kind", kind(suggestion)), span("number", count));
  element.lastChild.append(span("hidden", suggestion.count === 1 ? " article" : " articles"));
  return element;
}

function show(suggestions) {
  const before = options.length;
  options = suggestions.map(option);
  list.replaceChildren(...options);
  choose(-1);
  list.hidden = options.length === 0;
  box.setAttribute("aria-expanded", String(isOpen()));
  if (isOpen()) {
    say(`${options.length} suggestion${options.length === 1 ? "" : "s"}`);
  } else if (before > 0) {
    say("No suggestions");
  }
}

/** Asks for suggestions; a later request takes the place of an earlier one, whichever is answered first. */
async function ask() {
  request?.abort();
  request = new AbortController();
  const mine = request;
  try {
    const reply = await fetch(address(), { signal: mine.signal });
    const { suggestions } = reply.ok ? await reply.json() : { suggestions: [] };
    if (mine === request && !mine.signal.aborted && document.activeElement === box) {
      show(suggestions);
    }
  } catch {
    // Whoever types goes on typing: a box without suggestions is a box.
  }
}

function typed(event) {
  clearTimeout(waiting);
  if (event.isComposing) {
    return;
  }
  if (box.value.trim() === "") {
    close();
    return;
  }
  choose(-1);
  waiting = setTimeout(ask, WAIT_MILLISECONDS);
}

function take(option) {
  box.value = option.dataset.text;
  close();
  box.form.requestSubmit();
}

/** Moves among the options and the text itself, which stands between the last one and the first. */
function step(by) {
  if (!isOpen()) {
    ask();
    return;
  }
  const places = options.length + 1;
  choose(((active + 1 + by + places) % places) - 1);
}

function pressed(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    step(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && active >= 0) {
    take(options[active]);
  } else if (event.key === "Escape" && (isOpen() || box.value)) {
    if (!isOpen()) {
      box.value = "";
    }
    close();
  } else {
    if (["Home", "End", "ArrowLeft", "ArrowRight"].includes(event.key)) {
      choose(-1);
    }
    return;
  }
  event.preventDefault();
}

export function start() {
  box = document.getElementById("q");
  list = document.getElementById("suggestions");
  if (!box || !list) {
    return;
  }
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");
  box.addEventListener("input", typed);
  box.addEventListener("compositionend", typed);
  box.addEventListener("keydown", pressed);
  box.addEventListener("blur", close);
  box.form.addEventListener("submit", close);
  // The focus stays in the box while the list is touched.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) {
      take(option);
    }
  });
}
