import { CONFIG_ENTRIES } from "../../core/conf/keys.js";
import { LOG_LEVELS } from "../../core/log/logger.js";
import { MODES } from "../display/modes.js";
import { fileNames } from "../editor/file-names.js";
import type { Session } from "../session.js";
import type { Completions } from "../types/type-service.js";
import { COMMANDS, completeCommand, findCommand } from "./commands.js";

/** What could stand at `cursor` of a line that begins with a colon: a command, or what that command takes. */
export async function completeCommandLine(
  session: Pick<Session, "complete">,
  text: string,
  cursor: number,
): Promise<Completions> {
  const head = /^\s*:\s*(\S*)\s+/.exec(text.slice(0, cursor));
  if (!head) {
    const start = text.indexOf(":");
    return { start, items: named(completeCommand(text.slice(start, cursor)), "command") };
  }
  const start = head[0].length;
  const word = text.slice(start, cursor);
  switch (argumentOf(head[1]!)) {
    case "expression": {
      const found = await session.complete(text.slice(start), cursor - start);
      return { start: found.start + start, items: found.items };
    }
    case "file":
      return { start, items: named(fileNames(word), "file") };
    case "program": {
      // A blank in a name would have to be quoted for the system's shell.
      const name = /\S*$/.exec(word)![0];
      return {
        start: cursor - name.length,
        items: named(
          fileNames(name).filter(file => !/\s/.test(file)),
          "file",
        ),
      };
    }
    case "command":
      return {
        start,
        items: named(
          COMMANDS.map(c => c.name),
          "command",
        ),
      };
    case "key":
      return {
        start,
        items: named(
          CONFIG_ENTRIES.map(e => e.key),
          "key",
        ),
      };
    case "level":
      return { start, items: named(LOG_LEVELS, "level") };
    case "mode":
      return {
        start,
        items: named(
          MODES.map(m => m.name),
          "mode",
        ),
      };
    default:
      return { start: cursor, items: [] };
  }
}

function argumentOf(name: string) {
  try {
    return findCommand(name).takes;
  } catch {
    return undefined;
  }
}

function named(names: readonly string[], kind: string) {
  return names.map(name => ({ name, kind }));
}
