import type { Application } from "../status/application.js";
import { type Html, html } from "./html.js";

/** The button that cancels a running job or stage; `undefined` where nothing can be changed. */
export function killButton(app: Application, what: "job" | "stage", id: number): Html | undefined {
  const name = `Cancel ${what} ${id}`;
  return control(app, `/${what}s/${what}/kill/?id=${id}`, "Cancel", { name, ask: `${name}?`, danger: true });
}

/** The button that pauses the streams, or lets them go on; `undefined` where nothing can be changed. */
export function pauseButton(app: Application, paused: boolean): Html | undefined {
  if (paused) return control(app, "/streaming/resume/", "Resume streams", {});
  return control(app, "/streaming/pause/", "Pause streams", {
    ask: "Pause the streams? No batch begins until they are resumed.",
  });
}

/** A form of one button. @param name what a screen reader says in place of `text` */
function control(
  { control }: Application,
  action: string,
  text: string,
  { name, ask, danger }: { readonly name?: string; readonly ask?: string; readonly danger?: boolean },
): Html | undefined {
  if (control === undefined) return undefined;
  return html` <form method="post" action="${action}"${ask === undefined ? undefined : html` data-ask="${ask}"`}><input type="hidden" name="token" value="${control.token}"><button${danger ? html` class="danger"` : undefined}${name === undefined ? undefined : html` aria-label="${name}"`}>${text}</button></form>`;
}
