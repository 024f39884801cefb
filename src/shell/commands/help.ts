import { KEYMAP, keyName } from "../editor/keymap.js";
import type { Command } from "./command.js";

/** `:load FILE`. */
export function usage(command: Command): string {
  return `:${command.name}${command.args ? ` ${command.args}` : ""}`;
}

/** `:help` for a table of commands. */
export function helpCommand(find: (name: string) => Command, commands: () => readonly Command[]): Command {
  return {
    name: "help",
    args: "[COMMAND]",
    takes: "command",
    doc: "lists the commands, or says more of one",
    async run({ write }, argument) {
      if (argument === "keys") {
        write(keysText());
        return undefined;
      }
      if (argument !== "") {
        const command = find(argument.replace(/^:/, ""));
        write(`${usage(command)}  ${command.doc}\n${command.details ? `${command.details}\n` : ""}`);
        return undefined;
      }
      const rows = commands().map(c => [usage(c), c.doc] as const);
      const width = Math.max(...rows.map(([left]) => left.length)) + 2;
      write(
        `${rows.map(([left, doc]) => `${left.padEnd(width)}${doc}`).join("\n")}\n` +
          "Commands may be abbreviated (:he). :help keys lists the keys of the editor.\n",
      );
      return undefined;
    },
  };
}

function keysText(): string {
  const rows = KEYMAP.map(b => [keyName(b.keys[0]!), b.doc] as const);
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return `${rows.map(([left, doc]) => `${left.padEnd(width)}${doc}`).join("\n")}\n`;
}
