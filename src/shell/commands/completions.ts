import { E } from "../errors.js";
import type { Command } from "./command.js";

export const completions: Command = {
  name: "completions",
  args: "TEXT",
  takes: "expression",
  doc: "lists what the Tab key would offer behind TEXT, a name a line",
  async run({ complete, write }, text) {
    if (text === "") throw E.COMMAND_ARGUMENTS("completions", ":completions TEXT");
    const { start, items } = await complete(text, text.length);
    const names = new Set(items.map(item => item.name).filter(name => name.startsWith(text.slice(start))));
    write([...names].map(name => `${name}\n`).join(""));
    return undefined;
  },
};
