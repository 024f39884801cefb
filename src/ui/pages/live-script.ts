/**
 * The script of all pages: it listens to `/events` for the page it is on and replaces the sections that have changed, but
 * neither one in which text is selected nor, when updates are paused, any. The focus stays where it was.
 */
export const LIVE_SCRIPT = `"use strict";
const main = document.getElementById("main");
const pause = document.getElementById("pause");
const state = document.getElementById("live-state");
let source;
function focusKey(element) {
  if (!element || element === document.body || !main.contains(element)) return undefined;
  const kind = element.tagName + (element.getAttribute("href") || "") + (element.getAttribute("aria-label") || "");
  return kind + (element.getAttribute("data-key") || "");
}
function selected(section) {
  const selection = document.getSelection();
  return selection !== null && !selection.isCollapsed && section.contains(selection.anchorNode);
}
function update(text) {
  const next = new DOMParser().parseFromString(text, "text/html").body;
  const focused = focusKey(document.activeElement);
  const present = new Map([...main.querySelectorAll("section")].map(s => [s.id, s]));
  let before = main.querySelector("h1");
  for (const section of [...next.querySelectorAll("section")]) {
    const old = present.get(section.id);
    present.delete(section.id);
    if (old === undefined) before.after(section);
    else if (selected(old) || old.isEqualNode(section)) { before = old; continue; }
    else {
      const scrolled = [...old.querySelectorAll(".table")].map(t => t.scrollLeft);
      const open = [...old.querySelectorAll("details")].map(d => d.open);
      old.replaceWith(section);
      section.querySelectorAll(".table").forEach((t, i) => { t.scrollLeft = scrolled[i] || 0; });
      section.querySelectorAll("details").forEach((d, i) => { d.open = Boolean(open[i]); });
    }
    before = section;
  }
  for (const gone of present.values()) gone.remove();
  if (focused === undefined || main.contains(document.activeElement)) return;
  const again = [...main.querySelectorAll("a,button,summary,[tabindex]")].find(e => focusKey(e) === focused);
  if (again) again.focus({ preventScroll: true });
}
function listen() {
  source = new EventSource("/events?page=" + encodeURIComponent(location.pathname + location.search));
  source.addEventListener("page", event => { state.textContent = "Live"; update(JSON.parse(event.data)); });
  source.addEventListener("open", () => { state.textContent = "Live"; });
  source.addEventListener("error", () => {
    state.textContent = source.readyState === EventSource.CLOSED ? "Not live" : "Connection lost, trying again";
  });
}
pause.hidden = false;
pause.addEventListener("click", () => {
  const paused = pause.getAttribute("aria-pressed") !== "true";
  pause.setAttribute("aria-pressed", String(paused));
  source.close();
  if (paused) state.textContent = "Paused";
  else listen();
});
listen();
`;
