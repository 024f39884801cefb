import type { Command } from "./command.js";

export const why: Command = {
  name: "why",
  doc: "tells the whole story of the last error",
  details: "Every frame of its stack, its causes, its properties, and what the documentation says of its code.",
  async run({ lastFailure, write }) {
    const failure = lastFailure();
    write(failure === undefined ? "Nothing has failed.\n" : `${failure.story().trimEnd()}\n`);
    return undefined;
  },
};
