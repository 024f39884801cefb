/** How results are printed: `:mode` sets it. */
export type Mode = "auto" | "table" | "json" | "csv" | "markdown";

/** The modes with what the help says of each, in its order. */
export const MODES: readonly { readonly name: Mode; readonly doc: string }[] = [
  { name: "auto", doc: "Node's notation; on a terminal, arrays of objects or pairs that need several lines as tables" },
  { name: "table", doc: "everything that has rows as a table" },
  { name: "json", doc: "the value alone, as one line of JSON" },
  { name: "csv", doc: "the value alone, as comma-separated values under a line of names" },
  { name: "markdown", doc: "the value alone, as a Markdown table" },
];
