import type { Session } from "../session.js";
import type { Completions } from "../types/type-service.js";
import { isCommand } from "./is-command.js";

/** What could stand at `cursor` of an input: commands and their arguments, the content of a string, or TypeScript. */
export async function completeInput(
  session: Pick<Session, "complete">,
  text: string,
  cursor: number,
): Promise<Completions> {
  if (!isCommand(text)) {
    const { completeString } = await import("./complete-string.js");
    return (await completeString(session, text, cursor)) ?? session.complete(text, cursor);
  }
  const { completeCommandLine } = await import("./complete-command.js");
  return completeCommandLine(session, text, cursor);
}
