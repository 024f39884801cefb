/** The style of what is drawn: timelines, histograms, bars, graphs of operators, the cards of the dashboard. */
export const CHART_CSS = `figure { margin: 0 0 1.1rem; }
figcaption { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: .1rem 1rem; margin-bottom: .25rem; }
figcaption strong { font-weight: 600; }
.quantiles { display: flex; flex-wrap: wrap; gap: 0 .9rem; margin: 0; font-size: .8125rem; }
.quantiles div { display: flex; gap: .3rem; }
.quantiles dt { font-size: inherit; }
.charts { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 1fr); gap: 1.25rem; align-items: end; }
.plot { height: 140px; min-width: 0; }
.plot.small { height: 56px; }
svg { display: block; max-width: 100%; }
svg text { fill: var(--soft); font-size: 11px; font-family: inherit; }
.histogram { width: 100%; height: 112px; }
.ends { display: flex; justify-content: space-between; margin: .1rem 0 0 !important; height: 27px; font-size: 11px; color: var(--soft); }
.histogram rect { fill: var(--mark); opacity: .75; }
.histogram rect:hover { opacity: 1; }
.histogram line, .events line { stroke: var(--line); }
.legend { display: flex; flex-wrap: wrap; gap: .1rem .9rem; margin: .3rem 0 0; padding: 0; list-style: none; font-size: .8125rem; color: var(--soft); }
.legend svg { display: inline-block; width: .65rem; height: .65rem; margin-right: .35rem; }
.s0 { fill: var(--s0); } .s1 { fill: var(--s1); } .s2 { fill: var(--s2); } .s3 { fill: var(--s3); }
.s4 { fill: var(--s4); } .s5 { fill: var(--s5); } .s6 { fill: var(--s6); } .s7 { fill: var(--s7); }
:root { --s0: #2b6cd4; --s1: #d6480a; --s2: #18794e; --s3: #9c36b5; --s4: #b08900; --s5: #0c8599; --s6: #c2255c; --s7: #5f6b76; }
@media (prefers-color-scheme: dark) {
  :root { --s0: #6ea4ff; --s1: #ff8b3d; --s2: #5fd39a; --s3: #d28ae8; --s4: #e6c34a; --s5: #4fd0e3; --s6: #ff7aa8; --s7: #a3aeb9; }
}
.u-legend { display: none; }
.u-cursor-x, .u-cursor-y { border-color: var(--soft) !important; }
.u-select { background: var(--fill) !important; }
.tip { position: absolute; z-index: 1; padding: .1rem .45rem; border-radius: .3rem; background: var(--ink); color: var(--card); font-size: .75rem; line-height: 1.5; white-space: nowrap; pointer-events: none; font-variant-numeric: tabular-nums; }
.events { width: 100%; height: auto; min-width: 64rem; }
.events .on { fill: var(--card); font-weight: 500; }
.events a rect { fill: var(--mark); }
.events a.good rect { fill: var(--good); } .events a.failed rect { fill: var(--bad); }
.events a:hover rect, .events a:focus rect { opacity: .7; }
.scroll { overflow-x: auto; }
.dag rect { fill: var(--faint); stroke: var(--line); }
.dag a rect { stroke: var(--mark); }
.dag a[aria-current] rect { fill: var(--busy-back); stroke-width: 2; }
.dag .cached { stroke: var(--good); stroke-width: 1.5; }
.dag path { fill: none; stroke: var(--soft); }
.dag marker path { fill: var(--soft); stroke: none; }
.dag .name { fill: var(--ink); font-size: 12px; font-weight: 600; }
.bars td:nth-child(2) { width: 60%; vertical-align: middle; }
.bars svg { width: 100%; height: .7rem; }
.bars rect { fill: var(--mark); rx: 3px; }
.dashboard { display: grid; grid-template-columns: repeat(auto-fill, minmax(21rem, 1fr)); gap: 1rem; align-items: start; grid-auto-flow: dense; }
.dashboard section { margin: 0; min-width: 0; }
.dashboard section.wide { grid-column: span 2; }
.dashboard .plot { height: 190px; }
.dashboard .plot.small { height: 56px; }
.number { margin: 0; font-size: 2.4rem; font-weight: 600; line-height: 1.15; letter-spacing: -.02em; font-variant-numeric: tabular-nums; }
.number small { margin-left: .35rem; font-size: 1rem; font-weight: 400; color: var(--soft); letter-spacing: 0; }
.stamp { margin: .4rem 0 0 !important; color: var(--soft); font-size: .75rem; }
@media (max-width: 46rem) {
  nav ul { flex-wrap: wrap; row-gap: 0; }
  .bar, main, footer { padding-left: .8rem; padding-right: .8rem; }
  section { padding: .8rem .8rem .9rem; border-radius: .5rem; }
  td { min-width: 4.5rem; }
  td.n, td.t { min-width: 0; }
  td.w { min-width: 12rem; overflow-wrap: anywhere; }
  td:first-child { min-width: 6rem; white-space: normal; overflow-wrap: anywhere; }
  td.w:first-child { min-width: 11rem; }
  .table { margin: 0 -.8rem; padding: 0 .8rem; }
  dl.facts { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .6rem 1rem; }
  .charts { grid-template-columns: minmax(0, 1fr); gap: .5rem; }
  .histogram { height: 70px; }
  .dashboard { grid-template-columns: minmax(0, 1fr); }
  .dashboard section.wide { grid-column: auto; }
}
`;
