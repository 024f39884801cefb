/** Text that is HTML already. */
export class Html {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

type Part = string | number | Html | undefined | readonly Part[];

/**
 * A template whose values are escaped, unless they come from such a template themselves; lists are joined, `undefined` is
 * nothing.
 *
 * @example
 * html`<b>${"<x>"}</b>`.text; // "<b>&#60;x&#62;</b>"
 */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  return new Html(strings.reduce((out, s, i) => out + show(values[i - 1]) + s));
}

function show(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Html) return part.text;
  if (Array.isArray(part)) return part.map(show).join("");
  return String(part).replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);
}
