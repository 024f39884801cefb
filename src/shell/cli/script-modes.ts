import { E } from "../errors.js";
import type { Shell } from "../shell.js";
import type { ScriptInput } from "../terminal/script-input.js";
import type { Invocation } from "./parse-arguments.js";

/** Whether a script goes on after what just ran. */
export function goesOn(shell: Shell, keepGoing: boolean): boolean {
  return shell.exitCode === undefined && (!shell.failed || keepGoing);
}

/** `-e CODE`: each piece of code is one input. */
export async function runCode(shell: Shell, invocation: Pick<Invocation, "code" | "keepGoing">): Promise<void> {
  for (const [index, code] of invocation.code.entries()) {
    await shell.run(code, { isLast: index === invocation.code.length - 1 });
    if (!goesOn(shell, invocation.keepGoing)) return;
  }
}

/** A script on standard input, statement by statement as they arrive. */
export async function runPiped(shell: Shell, input: ScriptInput, keepGoing: boolean): Promise<void> {
  for (let unit = await input.next(); unit; unit = await input.next()) {
    if (unit.open) {
      const blank = /^(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/.exec(unit.text)![0];
      shell.fail(E.STATEMENT_OPEN(unit.lineOffset + blank.split("\n").length).message);
      return;
    }
    await shell.run(unit.text, { lineOffset: unit.lineOffset });
    if (!goesOn(shell, keepGoing)) return;
  }
  if (input.failure !== undefined) {
    const why = `cannot be read (${input.failure.code ?? input.failure.message})`;
    shell.fail(E.STANDARD_INPUT_UNREADABLE(why).message);
  }
}

/** `-i FILE` and `~/.tspark/predef.ts`: loaded into the session before anything else. */
export async function loadFiles(shell: Shell, files: readonly string[], keepGoing: boolean): Promise<void> {
  for (const file of files) {
    await shell.load(file);
    if (!goesOn(shell, keepGoing)) return;
  }
}
