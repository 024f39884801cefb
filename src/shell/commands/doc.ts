import { E } from "../errors.js";
import { wrapComment, wrapWords } from "../terminal/wrap-words.js";
import type { Command } from "./command.js";

export const doc: Command = {
  name: "doc",
  args: "NAME",
  takes: "expression",
  doc: "shows how a name is declared and what is written about it",
  details:
    "NAME is a name of the session or of tspark, a member (RDD.map, sc.parallelize), or an expression that ends in one.",
  async run({ session, write, width }, name) {
    if (name === "") throw E.COMMAND_ARGUMENTS("doc", ":doc NAME, e.g. :doc RDD.map");
    const answer = await session.doc(name);
    if (answer.status === "unknown") throw E.NO_DOCUMENTATION(name);
    const text = answer.text.trim();
    const signatures = wrapWords(answer.signatures.join("\n"), width, 4);
    write(`${signatures}\n${text === "" ? "" : `\n${wrapComment(text, width)}\n`}`);
    return undefined;
  },
};
