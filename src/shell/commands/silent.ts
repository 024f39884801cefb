import type { Command } from "./command.js";

export const silent: Command = {
  name: "silent",
  doc: "switches the echo of results off, and on again",
  async run({ echo, setEcho, write }) {
    setEcho(!echo);
    write(echo ? "Results are not echoed any more; :silent switches it on again.\n" : "Results are echoed.\n");
    return undefined;
  },
};
