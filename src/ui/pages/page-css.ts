/** The style of all pages: the system's font, light and dark by preference, wide tables scroll on their own. */
export const PAGE_CSS = `:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --paper: #fff; --link: #0550ae; --mark: #0969da; --bad: #b42318; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #9da7b3; --line: #3d444d; --paper: #0d1117; --link: #79c0ff; --mark: #58a6ff; --bad: #ff9c93; }
}
body { margin: 0 auto; max-width: 75rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { margin: .5rem 0; font-size: 1.5rem; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1.2rem; }
header p, footer { margin: 0; color: var(--soft); overflow-wrap: anywhere; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: .5rem 0; padding: 0; list-style: none; border-bottom: 1px solid var(--line); }
nav a { display: inline-block; padding: .25rem 0; text-decoration: none; }
nav a[aria-current] { color: var(--ink); font-weight: 600; border-bottom: 2px solid var(--mark); }
a { color: var(--link); }
.skip { position: absolute; left: -100rem; }
.skip:focus { position: static; }
:focus-visible { outline: 2px solid var(--mark); outline-offset: 2px; }
main:focus { outline: none; }
button { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--soft); border-radius: .25rem; padding: .1rem .5rem; }
button[aria-pressed="true"] { background: var(--line); }
dl { display: flex; flex-wrap: wrap; gap: .5rem 2rem; }
dt { color: var(--soft); }
dd { margin: 0; font-size: 1.1rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding-bottom: .25rem; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { white-space: nowrap; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.bad { color: var(--bad); }
figure { margin: 0 0 1rem; }
figcaption span { color: var(--soft); }
.charts { display: flex; flex-wrap: wrap; gap: 1rem; }
svg { border-bottom: 1px solid var(--line); max-width: 100%; }
.timeline { flex: 2 1 20rem; }
.histogram { flex: 1 1 10rem; }
svg text { fill: var(--soft); font-size: 11px; }
polyline { fill: none; stroke: var(--mark); stroke-width: 1.5; }
rect { fill: var(--mark); }
.limit { stroke: var(--bad); stroke-dasharray: 4 3; }
`;
