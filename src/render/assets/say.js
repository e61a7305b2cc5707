// The one voice of the pages: a polite live region that every page has, for what changes without a new page.

const WAIT_MILLISECONDS = 60;
let waiting = 0;

/** Says a text to those who listen. What was about to be said gives way; the same text twice is said twice. */
export function say(text) {
  const region = document.getElementById("status");
  if (!region) {
    return;
  }
  region.textContent = "";
  clearTimeout(waiting);
  waiting = setTimeout(() => (region.textContent = text), WAIT_MILLISECONDS);
}
