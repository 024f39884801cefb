import { nearest } from "../../core/util/nearest.js";
import { E } from "../errors.js";
import { type CliOption, OPTIONS } from "./options.js";

const LONG: readonly string[] = OPTIONS.map(o => o.name);

/**
 * A command line with its letters apart, as getopt reads them: `-cKEY=VALUE` is `-c KEY=VALUE`, `-qe CODE` is `-q -e CODE`. A value
 * that begins with a dash and is no option, `-e -Math.PI`, is glued to its option. What comes behind the options stays as it is.
 * A word with one dash that is no such group is a `UsageError`.
 */
export function apart(argv: readonly string[]): string[] {
  const words: string[] = [];
  let at = 0;
  for (; at < argv.length; at++) {
    const word = argv[at]!;
    // A number is no group of letters.
    if (!/^-[^\d]/.test(word) || word === "--") break;
    const [last, ...before] = word.startsWith("--") ? [word] : letters(word).reverse();
    words.push(...before.reverse());
    const option = optionNamed(last!);
    const value = argv[at + 1];
    if (option?.value === undefined || value === undefined || isOption(value)) words.push(last!);
    else {
      at++;
      words.push(...(value.startsWith("-") ? [`--${option.name}=${value}`] : [last!, value]));
    }
  }
  return [...words, ...argv.slice(at)];
}

const optionNamed = (word: string): CliOption | undefined =>
  OPTIONS.find((o: CliOption) => word === `--${o.name}` || word === `-${o.short}`);

/** Whether a word is what an option looks like, so that it is no value of the one before. */
function isOption(word: string): boolean {
  if (word === "--" || optionNamed(word.replace(/=.*/s, "")) !== undefined) return true;
  // Two dashes are a mistyped option rather than a value.
  return word.startsWith("--") && /^--[a-z-]+(?:=|$)/.test(word);
}

/** The options in a word with one dash, the last one perhaps with its value. */
function letters(word: string): string[] {
  const [name] = word.slice(1).split("=", 1) as [string];
  // `-conf`, `-master`: Java's way, and no letters.
  if (LONG.includes(name)) throw unknownOption(`-${name}`);
  const found: string[] = [];
  for (let at = 1; at < word.length; at++) {
    const letter = word[at]!;
    const option = optionNamed(`-${letter}`);
    if (option === undefined) throw unknownOption(at === 1 ? `-${name}` : `-${letter} in ${word}`);
    found.push(`-${letter}`);
    if (option.value === undefined) continue;
    const value = word.slice(at + 1);
    if (value !== "") found.splice(-1, 1, `--${option.name}=${value.replace(/^=/, "")}`);
    break;
  }
  return found;
}

/** `typed` as the user wrote it, with its dashes. */
export function unknownOption(typed: string): Error {
  const near = nearest(typed.replace(/^-+/, ""), LONG);
  return E.UNKNOWN_OPTION(typed, near && `--${near}`);
}
