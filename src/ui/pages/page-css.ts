/**
 * The style of all pages: the system's font, light and dark by preference, cards that stand one below the other on a phone,
 * wide tables that scroll on their own.
 */
export const PAGE_CSS = `:root {
  color-scheme: light dark;
  --paper: #f4f6f8; --card: #fff; --ink: #171b21; --soft: #56606b; --line: #e0e4e9; --faint: #f0f2f5;
  --link: #1f56b8; --mark: #2b6cd4; --fill: #2b6cd41f; --brand: #d6480a; --limit: #c2255c;
  --good: #18794e; --good-back: #e1f5ea; --bad: #b3261e; --bad-back: #fdebe9; --busy: #1f56b8; --busy-back: #e4edfc;
  --shadow: 0 1px 2px #0f172a14, 0 1px 6px #0f172a0a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0d1014; --card: #15191f; --ink: #e5eaf0; --soft: #98a3af; --line: #2a313a; --faint: #1b2027;
    --link: #8ab4ff; --mark: #6ea4ff; --fill: #6ea4ff26; --brand: #ff8b3d; --limit: #ff7aa8;
    --good: #6fd7a2; --good-back: #12301f; --bad: #ff9d94; --bad-back: #3a1614; --busy: #8ab4ff; --busy-back: #14284a;
    --shadow: none;
  }
}
*, ::before, ::after { box-sizing: border-box; }
body { margin: 0; font: .9375rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; color: var(--ink); background: var(--paper); }
a { color: var(--link); text-underline-offset: .15em; text-decoration-thickness: .06em; }
a:hover { text-decoration-thickness: .12em; }
.bar, main, footer { max-width: 82rem; margin: 0 auto; padding: 0 1.25rem; }
header { background: var(--card); border-bottom: 1px solid var(--line); }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem 1.25rem; padding-top: .7rem; }
.app:last-child { padding-bottom: .7rem; }
.app { display: flex; flex-wrap: wrap; align-items: baseline; gap: .1rem .75rem; margin: 0; flex: 1 1 20rem; min-width: 0; }
.app strong { font-size: 1.05rem; overflow-wrap: anywhere; }
.app span { color: var(--soft); font-size: .8125rem; overflow-wrap: anywhere; }
.brand { align-self: center; width: 1.35rem; height: 1.35rem; flex: none; fill: var(--brand); }
.live { display: flex; align-items: center; gap: .75rem; margin: 0; font-size: .8125rem; color: var(--soft); }
#live-state::before { content: ""; display: inline-block; width: .5rem; height: .5rem; margin-right: .4rem; border-radius: 50%; background: var(--soft); }
#live-state[data-state="live"]::before { background: var(--good); }
#live-state[data-state="lost"]::before { background: var(--bad); }
#live-state:empty::before { display: none; }
nav { flex: 1 0 100%; overflow-x: auto; }
nav ul { display: flex; gap: .25rem; margin: 0; padding: 0; list-style: none; }
nav a { display: block; padding: .45rem .7rem .5rem; color: var(--soft); text-decoration: none; border-bottom: 2px solid transparent; white-space: nowrap; }
nav a:hover { color: var(--ink); }
nav a[aria-current] { color: var(--ink); font-weight: 600; border-bottom-color: var(--brand); }
main { padding-top: 1rem; padding-bottom: 1.5rem; }
main:focus { outline: none; }
h1 { margin: .25rem 0 1rem; font-size: 1.35rem; line-height: 1.3; letter-spacing: -.01em; overflow-wrap: anywhere; }
section { margin: 0 0 1rem; padding: .9rem 1.1rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; box-shadow: var(--shadow); }
h2 { margin: 0 0 .6rem; font-size: 1rem; }
section p { margin: .25rem 0 .75rem; }
section > :last-child { margin-bottom: 0; }
section > dl + pre { margin-top: .9rem; }
.pages { color: var(--soft); font-size: .8125rem; }
.pages a { margin-left: .75rem; }
footer { padding-bottom: 2rem; color: var(--soft); font-size: .8125rem; }
footer p { margin: 0; }
.skip { position: absolute; left: -100rem; }
.skip:focus { position: static; display: inline-block; padding: .5rem 1.25rem; }
:focus-visible { outline: 2px solid var(--mark); outline-offset: 2px; border-radius: .15rem; }
button { font: inherit; font-size: .8125rem; color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: .4rem; padding: .2rem .65rem; cursor: pointer; }
button:hover { background: var(--faint); border-color: var(--soft); }
button[aria-pressed="true"] { background: var(--busy-back); border-color: var(--busy); color: var(--busy); }
button.danger { color: var(--bad); }
button.danger:hover { background: var(--bad-back); border-color: var(--bad); }
form { margin: 0; display: inline; }
dl.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(10.5rem, 1fr)); gap: .75rem 1.5rem; margin: 0; }
dt { color: var(--soft); font-size: .8125rem; }
dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.facts dd { font-size: 1.0625rem; font-weight: 500; }
.facts .wide { grid-column: span 2; }
.facts .whole { grid-column: 1 / -1; }
.table { overflow-x: auto; margin: 0 -1.1rem; padding: 0 1.1rem; scrollbar-width: thin; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .875rem; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
th, td { text-align: left; padding: .35rem .9rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 500; font-size: .8125rem; white-space: nowrap; vertical-align: bottom; }
@media (min-width: 46rem) { .many th { white-space: normal; } .many th, .many td { padding-right: .6rem; } }
tbody tr:last-child td { border-bottom: 0; }
tbody tr:hover td { background: var(--faint); }
th:last-child, td:last-child { padding-right: 0; }
.n { text-align: right; white-space: nowrap; }
td.n, td.t { white-space: nowrap; }
td small { color: var(--soft); font-size: .8125rem; overflow-wrap: anywhere; }
code, pre { font: .8125rem/1.45 ui-monospace, SFMono-Regular, Menlo, "DejaVu Sans Mono", monospace; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
pre.bad { padding: .5rem .7rem; border-radius: .4rem; background: var(--bad-back); }
ol.records { margin: 0; padding-left: 2.2rem; }
.records li { padding: .1rem 0; color: var(--soft); font-variant-numeric: tabular-nums; }
.records code { color: var(--ink); white-space: pre-wrap; overflow-wrap: anywhere; }
details summary { cursor: pointer; color: var(--soft); font-size: .8125rem; }
.bad { color: var(--bad); }
.soft { color: var(--soft); }
.pill { display: inline-block; padding: 0 .5rem; border-radius: 1rem; font-size: .75rem; font-weight: 600; line-height: 1.6; letter-spacing: .01em; color: var(--soft); background: var(--faint); white-space: nowrap; }
.pill.good { color: var(--good); background: var(--good-back); }
.pill.failed { color: var(--bad); background: var(--bad-back); }
.pill.busy { color: var(--busy); background: var(--busy-back); }
.progress { display: block; min-width: 7rem; }
progress { display: block; appearance: none; width: 100%; height: .3rem; margin-top: .25rem; border: 0; border-radius: 1rem; overflow: hidden; background: var(--line); }
progress::-webkit-progress-bar { background: var(--line); }
progress::-webkit-progress-value { background: var(--good); border-radius: 1rem; }
progress::-moz-progress-bar { background: var(--good); border-radius: 1rem; }
progress.busy::-webkit-progress-value { background: var(--mark); }
progress.busy::-moz-progress-bar { background: var(--mark); }
progress.failed::-webkit-progress-value { background: var(--bad); }
progress.failed::-moz-progress-bar { background: var(--bad); }
`;
