import type { Command } from "./command.js";

export const replay: Command = {
  name: "replay",
  doc: "resets, then runs again what ran to its end, with its output",
  details: "Inputs that failed are left out, files that were loaded are read again. Stops at the first error.",
  async run({ session, reset, run, load, showInput }) {
    const inputs = [...session.inputs];
    await reset();
    for (const { text, origin } of inputs) {
      const typed = origin === "<console>";
      showInput?.(typed ? text.trim() : `:load ${origin}`);
      const result = typed ? await run(text) : await load(origin);
      if (result.status !== "success") return result;
    }
    return undefined;
  },
};
