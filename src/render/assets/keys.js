// Shortcuts of one key, and the switch that turns them off. Never while somebody types, and never with a modifier.

import { say } from "./say.js";

const SWITCH = "shortcuts";

/** Whether shortcuts are on. A browser that keeps nothing has them on. */
export function areOn() {
  try {
    return localStorage.getItem(SWITCH) !== "off";
  } catch {
    return true;
  }
}

function turn(on) {
  try {
    localStorage.setItem(SWITCH, on ? "on" : "off");
  } catch {
    // Then it holds for this page alone.
  }
  showSwitch(on);
  say(on ? "Shortcuts are on" : "Shortcuts are off");
}

function showSwitch(on) {
  document.querySelectorAll("[data-shortcuts]").forEach((box) => (box.checked = on));
}

/** The key of an event if it is a shortcut here and now, else nothing. */
export function shortcut(event) {
  const { target } = event;
  const typing = target.isContentEditable || target.closest?.("select, textarea, input:not([type=checkbox], [type=radio])");
  const modified = event.ctrlKey || event.metaKey || event.altKey;
  const open = document.querySelector("dialog[open]");
  return event.defaultPrevented || event.isComposing || typing || modified || open || !areOn() ? undefined : event.key;
}

/** Moves the focus to the next hit, or the one before; without one in focus, to the first in view. */
function move(step) {
  const hits = [...document.querySelectorAll(".hits h2 a")];
  const present = document.activeElement?.closest(".hits > li");
  const at = hits.findIndex((link) => present?.contains(link));
  const inView = hits.findIndex((link) => link.getBoundingClientRect().top >= 0);
  const next = at < 0 ? Math.max(inView, 0) : at + step;
  hits[next]?.focus();
  return hits.length > 0;
}

function showDialog() {
  const dialog = document.getElementById("shortcuts");
  dialog?.showModal();
  return Boolean(dialog);
}

function focusBox() {
  const box = document.getElementById("q");
  box?.focus();
  box?.select();
  return Boolean(box);
}

const MEANINGS = { "/": focusBox, "?": showDialog, j: () => move(1), k: () => move(-1) };

export function start() {
  document.addEventListener("keydown", (event) => {
    const meaning = MEANINGS[shortcut(event)];
    if (meaning?.()) {
      event.preventDefault();
    }
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-shortcuts]")) {
      turn(event.target.checked);
    }
  });
  // A press beside the dialog closes it, as Escape does; the focus returns by itself.
  document.getElementById("shortcuts")?.addEventListener("click", (event) => {
    if (event.target === event.currentTarget) {
      event.target.close();
    }
  });
  document.querySelectorAll("[data-needs-script]").forEach((element) => (element.hidden = false));
  showSwitch(areOn());
}
