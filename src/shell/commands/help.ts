import { KEYMAP, keyName } from "../editor/keymap.js";
import { formatNames, wrapWords } from "../terminal/wrap-words.js";
import type { Command } from "./command.js";

/** `:load FILE`. */
function usage(command: Command): string {
  return `:${command.name}${command.args ? ` ${command.args}` : ""}`;
}

/** `:help` for a table of commands. */
export function helpCommand(find: (name: string) => Command, commands: () => readonly Command[]): Command {
  return {
    name: "help",
    args: "[COMMAND]",
    takes: "command",
    doc: "lists the commands, or says more of one",
    async run({ write, width }, argument) {
      if (argument === "keys") {
        write(
          `${formatNames(
            KEYMAP.map(b => [keyName(b.keys[0]!), b.doc] as const),
            width,
          )}\n`,
        );
        return undefined;
      }
      if (argument !== "") {
        const command = find(argument.replace(/^:/, ""));
        const text = `${usage(command)}  ${command.doc}\n${command.details ? `${command.details}\n` : ""}`;
        write(wrapWords(text, width));
        return undefined;
      }
      const rows = commands().map(c => [usage(c), c.doc] as const);
      const end = wrapWords("Commands may be abbreviated (:he). :help keys lists the keys of the editor.", width);
      write(`${formatNames(rows, width)}\n${end}\n`);
      return undefined;
    },
  };
}
