import { E } from "../errors.js";
import type { Command } from "./command.js";
import { inputList } from "./input-list.js";

/** Inputs that are listed when no number is given, as in Scala's shell. */
const DEFAULT = 20;

export const history: Command = {
  name: "history",
  args: "[N]",
  doc: `lists the last N inputs with their numbers; ${DEFAULT} when N is left out`,
  details: "The number is what :edit takes. Inputs of earlier sessions are in ~/.tspark/history.",
  async run({ history: { entries }, write }, argument) {
    if (!/^\d*$/.test(argument)) throw E.COMMAND_ARGUMENTS("history", ":history [N], where N is a number of inputs");
    const from = Math.max(0, entries.length - (argument === "" ? DEFAULT : Number(argument)));
    write(inputList(entries.slice(from).map((text, i) => ({ number: from + i + 1, text }))));
    return undefined;
  },
};
