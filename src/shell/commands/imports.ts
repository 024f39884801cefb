import type { Command } from "./command.js";

export const imports: Command = {
  name: "imports",
  doc: "lists the imports in force",
  details:
    "An import whose names have all been declared anew is in force no more. Every name of tspark is in scope without one.",
  async run({ session, write }) {
    const lines = session.imports.length === 0 ? ["Nothing is imported."] : session.imports;
    write(`${lines.join("\n")}\n`);
    return undefined;
  },
};
