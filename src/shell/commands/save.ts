import { E } from "../errors.js";
import type { Command } from "./command.js";

export const save: Command = {
  name: "save",
  args: "FILE",
  takes: "file",
  doc: "writes what ran to its end as a program that runs on its own",
  details:
    "Inputs that failed and commands are left out. A file that is there is replaced only if :save wrote it. Run it with tspark-shell FILE, or with any runner of TypeScript.",
  async run({ session, sparkContext, write, directory }, file) {
    if (file === "") throw E.COMMAND_ARGUMENTS("save", ":save FILE");
    const context = sparkContext();
    const { saveProgram } = await import("../program/save-program.js");
    await saveProgram(file, session.inputs, directory, {
      master: context?.master ?? "local[*]",
      batchMs: context?.getConf().getTimeAsMs("spark.tspark.batchDuration") ?? 1000,
    });
    const { length } = session.inputs;
    write(`${length} ${length === 1 ? "input is" : "inputs are"} saved in ${file}.\n`);
    return undefined;
  },
};
