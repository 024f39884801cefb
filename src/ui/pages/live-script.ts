/**
 * The script of all pages: it listens to `/events` for the page it is on and replaces the sections that have changed, but
 * neither one in which text is selected nor, when updates are paused, any. The focus stays where it was. Plots are drawn by
 * the script of {@link PLOT_SCRIPT}, which stands before it.
 */
export const LIVE_SCRIPT = `
const main = document.getElementById("main");
const sections = document.getElementById("sections");
const pause = document.getElementById("pause");
const state = document.getElementById("live-state");
// The text of each section as it came: what stands on the page has plots in it.
const texts = new Map();
let source;
function tell(kind, text) {
  state.dataset.state = kind;
  if (state.textContent !== text) state.textContent = text;
}
function focusKey(element) {
  if (!element || element === document.body || !main.contains(element)) return undefined;
  const form = element.closest("form");
  const kind = element.tagName + (element.getAttribute("href") || "") + (element.getAttribute("aria-label") || "");
  return kind + (form ? form.getAttribute("action") : "") + (element.getAttribute("data-key") || "");
}
function selected(section) {
  const selection = document.getSelection();
  return selection !== null && !selection.isCollapsed && section.contains(selection.anchorNode);
}
function update(text) {
  const next = new DOMParser().parseFromString(text, "text/html").body;
  const tabs = next.querySelector("nav");
  const shown = document.querySelector("nav");
  if (tabs.textContent !== shown.textContent) shown.replaceWith(tabs);
  const focused = focusKey(document.activeElement);
  const present = new Map([...sections.children].map(s => [s.id, s]));
  let before = null;
  for (const section of [...next.querySelectorAll("section")]) {
    const old = present.get(section.id);
    const came = section.outerHTML;
    present.delete(section.id);
    if (old !== undefined && (selected(old) || texts.get(section.id) === came)) { before = old; continue; }
    texts.set(section.id, came);
    if (old === undefined) {
      if (before === null) sections.prepend(section); else before.after(section);
    } else {
      const scrolled = [...old.querySelectorAll(".table,.scroll")].map(t => t.scrollLeft);
      const open = [...old.querySelectorAll("details")].map(d => d.open);
      old.replaceWith(section);
      section.querySelectorAll(".table,.scroll").forEach((t, i) => { t.scrollLeft = scrolled[i] || 0; });
      section.querySelectorAll("details").forEach((d, i) => { d.open = Boolean(open[i]); });
    }
    drawPlots(section);
    before = section;
  }
  for (const gone of present.values()) { texts.delete(gone.id); gone.remove(); }
  forgetPlots();
  if (focused === undefined || main.contains(document.activeElement)) return;
  const again = [...main.querySelectorAll("a,button,summary,[tabindex]")].find(e => focusKey(e) === focused);
  if (again) again.focus({ preventScroll: true });
}
function listen() {
  source = new EventSource("/events?page=" + encodeURIComponent(location.pathname + location.search));
  source.addEventListener("page", event => { tell("live", "Live"); update(JSON.parse(event.data)); });
  source.addEventListener("gone", () => tell("lost", "Ended"));
  source.addEventListener("open", () => tell("live", "Live"));
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) tell("lost", "Not live");
    else tell("lost", "Connection lost, trying again");
  });
}
for (const section of sections.children) texts.set(section.id, section.outerHTML);
drawPlots(main);
if (pause !== null) {
  pause.hidden = false;
  pause.addEventListener("click", () => {
    const paused = pause.getAttribute("aria-pressed") !== "true";
    pause.setAttribute("aria-pressed", String(paused));
    source.close();
    if (paused) tell("paused", "Paused");
    else listen();
  });
  listen();
}
document.addEventListener("submit", event => {
  const question = event.target.getAttribute("data-ask");
  if (question && !confirm(question)) event.preventDefault();
});
`;
