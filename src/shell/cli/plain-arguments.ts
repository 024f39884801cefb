import { type CliOption, OPTIONS } from "./options.js";

/** Options by long name, each as often as it was given, and the words from the first on that is none. */
export interface Words {
  readonly options: ReadonlyMap<string, readonly (string | boolean)[]>;
  readonly rest: readonly string[];
}

/**
 * Reads a command line in which every word is what it seems: `--name VALUE`, `--name=VALUE`, `-c VALUE` and switches, all
 * known. Undefined for anything else, mistakes among them: that is yargs's to read, which takes longer to load than all the
 * rest of the start.
 */
export function readPlainly(argv: readonly string[]): Words | undefined {
  const options = new Map<string, (string | boolean)[]>();
  let at = 0;
  for (; at < argv.length && argv[at]!.startsWith("-") && argv[at] !== "-"; at++) {
    const word = argv[at]!;
    if (word === "--") return { options, rest: argv.slice(at + 1) };
    const [, name, inWord] = /^(--[a-z-]+|-[a-z])(?:=(.*))?$/s.exec(word) ?? [];
    const option = OPTIONS.find((o: CliOption) => `--${o.name}` === name || `-${o.short}` === name) as
      | CliOption
      | undefined;
    if (option === undefined) return undefined;
    let value: string | boolean | undefined = true;
    if (option.value !== undefined) value = inWord ?? argv[++at];
    // A switch takes "true" and "false" from the word behind it.
    else if (inWord !== undefined || /^(true|false)$/.test(argv[at + 1] ?? "")) return undefined;
    if (typeof value !== "boolean" && !/^[^-"'\s]/.test(value ?? "")) return undefined;
    const before = options.get(option.name);
    if (before && option.value !== undefined) before.push(value!);
    else options.set(option.name, [value!]);
  }
  return { options, rest: argv.slice(at) };
}
