// The day of printing, for the head of a printed list: a page does not know it, because browsers keep pages.

export function start() {
  addEventListener("beforeprint", () => {
    const day = new Date().toLocaleDateString("sv");
    document.querySelectorAll("[data-today]").forEach((place) => (place.textContent = `, printed ${day}`));
  });
}
