import type { Command } from "./command.js";

export const quit: Command = {
  name: "quit",
  doc: "leaves the shell",
  run: async () => ({ status: "exit", code: 0 }),
};
