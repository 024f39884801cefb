import type { Command } from "./command.js";

export const why: Command = {
  name: "why",
  doc: "tells the whole story of the last error",
  details:
    "Every frame of its stack, its causes, its properties, and what the documentation says of its code. A warning that came since is told first.",
  async run({ lastTrouble, write }) {
    write(`${lastTrouble()}\n`);
    return undefined;
  },
};
