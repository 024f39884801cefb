import { isCommand } from "../commands/is-command.js";
import type { EditorResult, ReadOptions } from "../editor/line-editor.js";
import type { Session } from "../session.js";
import type { Shell } from "../shell.js";
import type { Completeness } from "../types/type-service.js";

export const PROMPT = "tspark> ";
export const CONTINUATION = "     | ";

/** Where inputs come from: the line editor, or the plain reader. */
export interface InputReader {
  read(options?: ReadOptions): Promise<EditorResult>;
}

/** Reads and runs inputs until the user leaves. */
export async function promptLoop(shell: Shell, reader: InputReader, writeError: (text: string) => void): Promise<void> {
  while (shell.exitCode === undefined) {
    shell.replaceStoppedStream();
    const result = await reader.read();
    if (result.kind === "end") return;
    if (result.kind === "interrupt") {
      if (result.empty) writeError("To leave, press Ctrl-D or type :quit.\n");
      continue;
    }
    if (result.text.trim() === "") continue;
    await shell.run(result.text);
  }
}

/** Whether an input can run: a command always can. */
export function inputCompleteness(session: Session, text: string): Promise<Completeness> {
  return isCommand(text) ? Promise.resolve("complete") : session.completeness(text);
}
