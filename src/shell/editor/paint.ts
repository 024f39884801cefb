import type { Style } from "./highlight.js";

/** How each style looks: takes a text, gives it with the codes of its colour around it. */
export type Paint = Readonly<Record<Style, (text: string) => string>>;

/** The colours of the editor, near to those in which Node shows values. */
export async function loadPaint(): Promise<Paint> {
  const { Chalk } = await import("chalk");
  // Whether there are colours is decided before; sixteen of them are what every terminal has, in the user's own scheme.
  const chalk = new Chalk({ level: 1 });
  return {
    keyword: chalk.magenta,
    string: chalk.green,
    number: chalk.yellow,
    regexp: chalk.red,
    comment: chalk.gray,
    command: chalk.cyan,
    match: chalk.underline,
    suggestion: chalk.gray,
  };
}
