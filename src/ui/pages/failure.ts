import { type Html, html } from "./html.js";

/** What went wrong in one line, with the stack behind it. */
export function failure(message: string): Html {
  const [first, ...stack] = message.split("\n");
  const line = html`<span class="bad">${first}</span>`;
  return stack.length === 0
    ? line
    : html`${line}<details><summary>Stack</summary><pre class="bad">${message}</pre></details>`;
}
