import { nearest } from "../../core/util/nearest.js";
import { MODES } from "../display/modes.js";
import { E } from "../errors.js";
import type { Command } from "./command.js";

const NAMES = MODES.map(mode => mode.name);

export const mode: Command = {
  name: "mode",
  args: "[MODE]",
  takes: "mode",
  doc: `sets how results are printed: ${NAMES.join(", ")}`,
  details: MODES.map(({ name, doc }) => `  ${name.padEnd(10)}${doc}`).join("\n"),
  async run({ session, write }, argument) {
    if (argument === "") {
      write(
        MODES.map(({ name, doc }) => `${name === session.display.mode ? "*" : " "} ${name.padEnd(10)}${doc}\n`).join(
          "",
        ),
      );
      return undefined;
    }
    const found = NAMES.find(name => name === argument.toLowerCase());
    if (found === undefined) throw E.UNKNOWN_MODE(argument, NAMES, nearest(argument, NAMES));
    session.display.mode = found;
    return undefined;
  },
};
