import { parseTimeMs } from "../../core/conf/units.js";
import { E } from "../errors.js";
import { apart, unknownOption } from "./glued-options.js";
import { type CliOption, OPTIONS, type OptionName } from "./options.js";
import { readPlainly, type Words } from "./plain-arguments.js";
import type { StreamLimits } from "./stream-limits.js";

/** A configuration value given on the command line. */
export interface FlagSetting {
  readonly key: string;
  readonly value: string;
  /** The option as the user knows it, `--conf` or the shorthand `--master`. */
  readonly flag: string;
}

/** What a command line asks for. */
export interface Invocation {
  /** A script to run; `undefined` for standard input. */
  readonly file: string | undefined;
  /** What follows FILE: the script's `process.argv` from index 2 on. */
  readonly args: readonly string[];
  readonly initFiles: readonly string[];
  readonly code: readonly string[];
  /** In the order of the command line: a later one of a key wins. */
  readonly settings: readonly FlagSetting[];
  readonly propertiesFile: string | undefined;
  readonly quiet: boolean;
  readonly keepGoing: boolean;
  readonly transpileOnly: boolean;
  /** `--check`: the file whose types are checked. */
  readonly check: string | undefined;
  /** When streams are stopped from outside. */
  readonly limits: StreamLimits;
  readonly predef: boolean;
  readonly verbose: boolean;
  readonly version: boolean;
  readonly help: boolean;
}

/**
 * What the words after `tspark-shell` ask for. Options end at the first word that is none, or at `--`; from there on
 * everything is FILE and its arguments, untouched. A mistake is a `UsageError`.
 */
export async function parseArguments(argv: readonly string[]): Promise<Invocation> {
  const words = apart(argv);
  const { options, rest } = readPlainly(words) ?? (await readByYargs(words));
  const values = (name: OptionName): string[] => (options.get(name) ?? []).map(String);
  const last = (name: OptionName): string | undefined => values(name).at(-1);
  const on = (name: OptionName): boolean => options.get(name)?.at(-1) === true;
  return {
    ...fileAndArgs(rest),
    initFiles: values("init"),
    code: values("eval"),
    settings: settings(values("conf"), last),
    propertiesFile: last("properties-file"),
    quiet: on("quiet"),
    keepGoing: on("keep-going"),
    transpileOnly: on("transpile-only"),
    check: last("check"),
    limits: limits(last),
    predef: !on("no-predef"),
    verbose: on("verbose"),
    version: on("version"),
    help: on("help"),
  };
}

/** Reads any command line; what is wrong with it is thrown. */
export async function readByYargs(argv: readonly string[]): Promise<Words> {
  const { default: yargs } = await import("yargs");
  let complaint: string | undefined;
  const parser = yargs([...argv])
    .exitProcess(false)
    .help(false)
    .version(false)
    .parserConfiguration({
      "boolean-negation": false,
      "camel-case-expansion": false,
      "dot-notation": false,
      "halt-at-non-option": true,
      "parse-numbers": false,
      "parse-positional-numbers": false,
      "populate--": true,
      "strip-aliased": true,
    })
    .options(
      Object.fromEntries(
        OPTIONS.map((o: CliOption) => [
          o.name,
          {
            ...(o.short ? { alias: o.short } : {}),
            ...(o.value ? { type: "string" as const, nargs: 1 } : { type: "boolean" as const }),
          },
        ]),
      ),
    )
    .fail(message => {
      complaint ??= message;
    });
  const words = (await parser.parse()) as Record<string, unknown>;
  for (const name of Object.keys(words)) {
    if (name !== "_" && name !== "$0" && name !== "--" && !OPTIONS.some(o => o.name === name))
      throw unknownOption(`--${name}`);
  }
  const missing = /following: (\S+)/.exec(complaint ?? "")?.[1];
  const option = missing && OPTIONS.find((o: CliOption) => o.name === missing || o.short === missing);
  if (option) throw E.OPTION_WITHOUT_VALUE(`--${option.name}`, "value" in option ? option.value : "");
  const { _: first, "--": behind, $0: _program, ...options } = words;
  return {
    options: new Map(Object.entries(options).map(([name, value]) => [name, [value].flat() as (string | boolean)[]])),
    rest: [...(first as unknown[]), ...((behind as unknown[] | undefined) ?? [])].map(String),
  };
}

function fileAndArgs(words: readonly string[]): Pick<Invocation, "file" | "args"> {
  return { file: words[0] === "-" ? undefined : words[0], args: words.slice(1) };
}

/** `--conf` and the shorthands; as in spark-submit a shorthand wins over `--conf` of the same key. */
function settings(confs: readonly string[], last: (name: OptionName) => string | undefined): FlagSetting[] {
  const out: FlagSetting[] = [];
  for (const text of confs) {
    const at = text.indexOf("=");
    if (at <= 0) throw E.CONF_WITHOUT_EQUALS(text);
    out.push({ key: text.slice(0, at).trim(), value: text.slice(at + 1).trim(), flag: "--conf" });
  }
  for (const option of OPTIONS) {
    const value = "conf" in option ? last(option.name) : undefined;
    if ("conf" in option && value !== undefined) out.push({ key: option.conf, value, flag: `--${option.name}` });
  }
  return out;
}

function limits(last: (name: OptionName) => string | undefined): StreamLimits {
  const batches = last("max-batches");
  if (batches !== undefined && !/^[1-9]\d{0,14}$/.test(batches)) {
    throw E.OPTION_VALUE("--max-batches", batches, "a number of batches, 1 or more");
  }
  const time = (name: "until-idle" | "run-for") => {
    const text = last(name);
    if (text === undefined) return undefined;
    let ms = 0;
    try {
      // Without a unit it would be milliseconds, and whoever writes 30 means seconds.
      if (!/^\s*[\d.]+\s*$/.test(text)) ms = parseTimeMs(text);
    } catch {
      // Told below.
    }
    if (!(ms > 0)) throw E.OPTION_VALUE(`--${name}`, text, "a time with its unit, e.g. 500ms, 10s or 5m");
    return ms;
  };
  const found = { untilIdle: time("until-idle"), runFor: time("run-for"), maxBatches: batches && Number(batches) };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}
