import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { E } from "../errors.js";
import type { Command, CommandContext } from "./command.js";

export const edit: Command = {
  name: "edit",
  args: "[N]",
  doc: "opens an input in $EDITOR and runs what was saved",
  details:
    "N is a number of :history; without it the last input that is no command. What was not changed is not run. The editor is that of VISUAL or EDITOR, else vi.",
  async run(context, argument) {
    const before = inputToEdit(context, argument);
    const after = await edited(context, before);
    if (after.trim() === "" || after === before) {
      context.writeError("Nothing was changed: nothing is run.\n");
      return undefined;
    }
    context.history.add(after);
    context.showInput?.(after);
    return context.run(after);
  },
};

function inputToEdit({ history }: CommandContext, argument: string): string {
  const { entries } = history;
  if (argument === "") return entries.filter(entry => !entry.startsWith(":")).at(-1) ?? "";
  if (!/^\d+$/.test(argument)) throw E.COMMAND_ARGUMENTS("edit", ":edit [N], where N is a number of :history");
  const entry = entries[Number(argument) - 1];
  if (entry === undefined) throw E.NO_HISTORY_ENTRY(argument, entries.length);
  return entry;
}

/** The text as the user's editor left it. */
async function edited({ runProgram, environment }: CommandContext, text: string): Promise<string> {
  const editor = environment["VISUAL"] || environment["EDITOR"] || "vi";
  const folder = mkdtempSync(path.join(os.tmpdir(), "tspark-edit-"));
  const file = path.join(folder, "input.ts");
  try {
    writeFileSync(file, text === "" ? "" : `${text}\n`);
    // EDITOR may hold options ("code --wait"): the system's shell takes it apart.
    const end = await runProgram(`${editor} "${file}"`);
    if (end.code !== 0) throw E.PROGRAM_FAILED(editor, end.code ?? end.signal ?? "unknown");
    return readFileSync(file, "utf8").trimEnd();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
