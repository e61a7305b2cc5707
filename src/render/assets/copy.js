// Buttons that copy: `data-copy` names the element whose text goes to the clipboard. Hidden where there is no script.

import { say } from "./say.js";

const SHOWN_MILLISECONDS = 2000;

/** Puts a text on the clipboard; browsers give the modern way to secure pages only. */
async function copied(text, source) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const selection = getSelection();
    selection.selectAllChildren(source);
    const done = document.execCommand("copy");
    selection.removeAllRanges();
    return done;
  }
  return true;
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  const done = source && (await copied(source.value ?? source.textContent, source));
  say(done ? "Copied" : "The browser did not copy it: select the text instead");
  if (done && !button.dataset.label) {
    button.dataset.label = button.textContent;
    button.textContent = "Copied";
    setTimeout(() => {
      button.textContent = button.dataset.label;
      delete button.dataset.label;
    }, SHOWN_MILLISECONDS);
  }
}

/** Shows the copy buttons in a part of a page; parts that come later are shown by whoever brings them. */
export function show(part) {
  part.querySelectorAll("[data-copy]").forEach((button) => (button.hidden = false));
}

export function start() {
  show(document);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (button) {
      copy(button);
    }
  });
}
