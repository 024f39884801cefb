/** What was printed, as the screen has to treat it. */
export interface Output {
  /** Written once: whole lines, and what moves the cursor elsewhere. Leaves the cursor at the beginning of a row. */
  readonly finished: string;
  /** The line that goes on, as it stands on its row: text and colours only. It can be drawn again and again. */
  readonly unfinished: string;
}

/** Takes the cursor to another row or empties the screen, with what is erased there. */
const ELSEWHERE = /\x1b(?:\[[0-9;]*[ABEFHLMSTdfsu]|\[[23]J|[78DEMc])(?:\x1b\[[0-9;]*[JK])*/g;

/** Of no row: titles and links, modes such as that of the cursor. */
const UNSEEN = /\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[<=>?][0-?]*[ -/]*[@-~]/g;

/** Erases the row, or begins it anew. */
const AGAIN = /\x1b\[[12]K|\x1b\[[01]?G/g;

/** Any other sequence but colours. */
const OTHERS = /\x1b\[[0-?]*[ -/]*[@-ln-~]|\x1b[ -/]*[0-Z\\^-~]/g;

/**
 * Takes the line that has no end off the end of what a program has printed. `console.clear()`, a spinner that begins its row anew,
 * a title of the window: each happens once, however often the line is drawn again.
 *
 * @example
 * splitOutput("one\ntw"); // { finished: "one\n", unfinished: "tw" }
 */
export function splitOutput(text: string): Output {
  const newline = text.lastIndexOf("\n") + 1;
  const lines = text.slice(0, newline);
  const rest = text.slice(newline);
  if (!/[\x1b\r]/.test(rest)) return { finished: lines, unfinished: rest };
  let from = 0;
  for (const match of rest.matchAll(ELSEWHERE)) from = match.index + match[0].length;
  const moved = from === 0 ? "" : `${rest.slice(0, from)}\r`;
  const line = rest.slice(from);
  const unseen = line.match(UNSEEN)?.join("") ?? "";
  const erased = line.replace(UNSEEN, "").split(AGAIN).at(-1)!.replace(OTHERS, "");
  return { finished: lines + moved + unseen, unfinished: written(erased) };
}

/** Of a line that is written over with carriage returns, the last state. */
function written(line: string): string {
  const parts = line.split("\r");
  const last = parts.pop()!;
  return last === "" && parts.length > 0 ? `${parts.pop()}\r` : last;
}
