import { E } from "../errors.js";
import type { Command } from "./command.js";
import { inputList } from "./input-list.js";

export const searchHistory: Command = {
  name: "h?",
  args: "TEXT",
  doc: "lists the inputs that contain TEXT, in any case",
  details: "Those of this session and of earlier ones; searches themselves are left out.",
  async run({ history: { entries }, write }, text) {
    if (text === "") throw E.COMMAND_ARGUMENTS("h?", ":h? TEXT");
    const wanted = text.toLowerCase();
    const found = entries
      .map((entry, i) => ({ number: i + 1, text: entry }))
      .filter(entry => entry.text.toLowerCase().includes(wanted) && !/^\s*:\s*h\?/.test(entry.text));
    write(found.length === 0 ? `No input contains "${text}".\n` : inputList(found));
    return undefined;
  },
};
