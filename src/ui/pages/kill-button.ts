import type { Application } from "../status/application.js";
import { type Html, html } from "./html.js";

/** The button that cancels a running job or stage; `undefined` where nothing can be cancelled. */
export function killButton({ control }: Application, what: "job" | "stage", id: number): Html | undefined {
  if (control === undefined) return undefined;
  return html` <form method="post" action="/${what}s/${what}/kill/?id=${id}" data-ask="Cancel ${what} ${id}?"><input type="hidden" name="token" value="${control.token}"><button class="danger" aria-label="Cancel ${what} ${id}">Cancel</button></form>`;
}
