import { fileURLToPath } from "node:url";
import { isOwnFile } from "./own-frames.js";

/** Where the user's code called tspark. */
export interface CallSite {
  /** `map at word-count.ts:3:12` */
  readonly short: string;
  /** The user's own frames, one a line. */
  readonly long: string;
  /** Lets go of the objects whose methods are on the stack. */
  settle?(): void;
}

/** A file is named by a path, a URL, or as the shell calls what it evaluates: `<console>`, `jobs/count.ts`. */
const FRAME = /^\s*at (?:async )?(?:(.*?) \()?([^()\s][^()]*?):(\d+):(\d+)\)?$/;

interface Frame {
  readonly name: string;
  readonly file: string;
  readonly line: string;
  readonly column: string;
  readonly text: string;
}

function parse(stack: string): Frame[] {
  const out: Frame[] = [];
  for (const text of stack.split("\n")) {
    const m = FRAME.exec(text);
    if (m === null) continue;
    const file = m[2]!.startsWith("file://") ? fileURLToPath(m[2]!) : m[2]!;
    out.push({ name: m[1] ?? "", file: file.replaceAll("\\", "/"), line: m[3]!, column: m[4]!, text: text.trim() });
  }
  return out;
}

const isOwn = (f: Frame) => isOwnFile(f.file);

/** The user's own frames of a stack's text, `at f (file.ts:1:2)` each. */
export function userFrames(stack: string): string[] {
  return parse(stack)
    .filter(f => !isOwn(f))
    .map(f => f.text);
}

/** The frames of a call site as the lines of a stack. */
export function framesOf({ long }: CallSite): string[] {
  return long === "" ? [] : long.split("\n").map(line => `    ${line}`);
}

/** A call site whose text is made when it is first asked for: taking it costs a microsecond, formatting it fifty. */
class LazyCallSite implements CallSite {
  #at: { readonly stack?: string } | undefined;
  #texts: CallSite | undefined;

  constructor(
    at: { readonly stack?: string },
    private readonly otherwise: string | undefined,
  ) {
    this.#at = at;
  }

  get short(): string {
    return this.#format().short;
  }

  get long(): string {
    return this.#format().long;
  }

  settle(): void {
    // The text of the stack holds nothing; what is in it is looked for by who reads it.
    if (this.#at !== undefined) this.#at = { stack: this.#at.stack ?? "" };
  }

  #format(): CallSite {
    if (this.#texts !== undefined) return this.#texts;
    const texts = textsOf(this.#at?.stack ?? "");
    this.#at = undefined;
    this.#texts = texts.long === "" && this.otherwise !== undefined ? { short: this.otherwise, long: "" } : texts;
    return this.#texts;
  }
}

/** The texts of stacks, those that were asked for last: a stream's are the same batch after batch. */
const known = new Map<string, CallSite>();
const MOST_KNOWN = 100;

function textsOf(stack: string): CallSite {
  let texts = known.get(stack);
  if (texts === undefined) {
    texts = format(stack);
    if (known.size >= MOST_KNOWN) known.delete(known.keys().next().value!);
    known.set(stack, texts);
  }
  return texts;
}

function format(stack: string): CallSite {
  const frames = parse(stack);
  const first = frames.findIndex(f => !isOwn(f));
  const user = frames.filter(f => !isOwn(f));
  const last = first > 0 ? frames[first - 1] : first < 0 ? frames[frames.length - 1] : undefined;
  const name =
    last?.name
      .replace(/^(?:async |new )/, "")
      .split(".")
      .pop() ?? "";
  const at = user[0];
  const place =
    at === undefined ? "<unknown>" : `${at.file.slice(at.file.lastIndexOf("/") + 1)}:${at.line}:${at.column}`;
  return { short: `${name === "" ? "call" : name} at ${place}`, long: user.map(f => f.text).join("\n") };
}

const DEPTH = 12;

let given: CallSite | undefined;

/** Calls `f`; what it asks for before it returns, or waits for the first time, has `site` for its call site. */
export function withCallSite<T>(site: CallSite, f: () => T): T {
  const before = given;
  given = site;
  try {
    return f();
  } finally {
    given = before;
  }
}

/** The call site of a {@link withCallSite} that is running. */
export function givenCallSite(): CallSite | undefined {
  return given;
}

/**
 * The place from which tspark was called, as far as the stack tells.
 *
 * @param otherwise the short form where it tells of no code of the user's: an output of a stream that is tspark's own
 */
export function captureCallSite(otherwise?: string): CallSite {
  if (given !== undefined) return given;
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = DEPTH;
  const at: { stack?: string } = {};
  Error.captureStackTrace(at, captureCallSite);
  Error.stackTraceLimit = before;
  return new LazyCallSite(at, otherwise);
}
