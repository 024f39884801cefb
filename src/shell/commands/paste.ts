import type { Command } from "./command.js";

export const paste: Command = {
  name: "paste",
  args: "[FILE]",
  takes: "file",
  doc: "takes several lines as one input, up to Ctrl-D",
  details: "Everything is checked and run as a whole. With FILE, the text of the file.",
  async run({ load, readPaste, run }, argument) {
    if (argument !== "") return load(argument);
    const text = await readPaste();
    return text === undefined || text.trim() === "" ? undefined : run(text);
  },
};
