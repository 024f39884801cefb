import type { Command } from "./command.js";

export const reset: Command = {
  name: "reset",
  doc: "forgets all names and begins at res0 again; streams are stopped, sc is kept",
  details: "Streams are stopped at once, not gracefully, and ssc is a fresh context. The history stays.",
  async run({ reset, sparkContext, write }) {
    await reset();
    const stopped = sparkContext()?.isStopped ?? true;
    const rest = stopped
      ? "sc has stopped, and sc = new SparkContext(conf) makes another one"
      : "sc is the same, ssc is a fresh one";
    write(`All names are forgotten: ${rest}.\n`);
    return undefined;
  },
};
