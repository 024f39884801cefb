import { E } from "../errors.js";
import type { Command } from "./command.js";
import { formatDuration } from "./format-duration.js";

export const time: Command = {
  name: "time",
  args: "EXPR",
  takes: "expression",
  doc: "evaluates an input and tells how long it ran",
  details: "The time is that of the code and of what it awaits, without the check of its types.",
  async run({ session, run, write }, argument, before) {
    if (argument === "") throw E.COMMAND_ARGUMENTS("time", ":time EXPR");
    const result = await run(before + argument);
    // A type error runs nothing, so there is nothing to tell.
    if (result.status === "success") write(`Time: ${formatDuration(session.timing.run)}\n`);
    return result;
  },
};
