/** What each layer may import, besides itself. `index` is `src/index.ts`, the front door of the package. */
export const ARROWS: Record<string, readonly string[]> = {
  pack: ["core"],
  core: [],
  transformer: ["core"],
  streaming: ["core"],
  sql: ["core"],
  connectors: ["streaming", "core"],
  ui: ["streaming", "core"],
  testing: ["streaming", "core"],
  index: ["core", "streaming", "sql", "ui", "connectors"],
  shell: ["core", "streaming", "sql", "connectors", "ui", "testing", "transformer", "index", "pack"],
};
