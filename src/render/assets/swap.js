// The parts of a page put in the place of these: with what was unfolded, what has the focus, and what is being typed.

import * as copy from "./copy.js";
import * as facets from "./facets.js";

/** The parts of a page that a search changes. */
const PARTS = ["#kept", ".side", "#content", ".bottom", "#pages"];
const HEAD = "link[rel=canonical], link[rel=alternate]";

/** What people unfolded or folded up, by the ids of the elements. */
const folded = new Map();

/** Keeps what a press on a summary is about to do. */
export function keepFold(summary) {
  const details = summary.parentElement;
  if (details.id) {
    folded.set(details.id, !details.open);
  }
}

/** The ids of the control that is used and, should it be gone, of those beside it: next ones first. */
function places(used) {
  if (!used.id && used.closest(".histogram")) {
    return ["histogram-title"];
  }
  const group = used.closest(".values, .chips, dd");
  const all = [...(group?.querySelectorAll("a[id], input[id]") ?? [])];
  const at = all.indexOf(used);
  return [used, ...all.slice(at + 1), ...all.slice(0, Math.max(at, 0)).reverse()].map(({ id }) => id).filter(Boolean);
}

function focus(ids) {
  const next = ids.map((id) => document.getElementById(id)).find(Boolean);
  (next ?? document.getElementById("content")).focus({ preventScroll: true });
}

/** Remembers what is being typed into a field that is about to go, and gives what puts it back. */
function typing(used) {
  if (!used.id || !used.matches("input[type=text], input[type=search]")) {
    return () => {};
  }
  const { id, value, selectionStart, selectionEnd } = used;
  return () => {
    const field = document.getElementById(id);
    if (field && field !== used && !field.hidden) {
      field.value = value;
      field.setSelectionRange(selectionStart, selectionEnd);
    }
  };
}

/** Puts the parts of `page` in the place of these. */
export function swap(page) {
  const used = document.activeElement;
  const ids = places(used);
  const restore = typing(used);
  for (const part of PARTS) {
    const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
    if (!old || !fresh) {
      continue;
    }
    const isLost = old.contains(used);
    old.replaceWith(document.adoptNode(fresh));
    for (const details of fresh.querySelectorAll("details[id]")) {
      details.open = folded.get(details.id) ?? details.open;
    }
    copy.show(fresh);
    facets.show(fresh);
    if (isLost) {
      focus(ids);
      restore();
    }
  }
  document.head.querySelectorAll(HEAD).forEach((link) => link.remove());
  document.head.append(...page.head.querySelectorAll(HEAD));
  document.title = page.title;
}
