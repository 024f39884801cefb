import { findSourceMap } from "node:module";
import { fileURLToPath } from "node:url";

/**
 * The stack of another thread as this one shows stacks: its frames go through whatever maps the driver's own (the shell's
 * cells, ts-node's files), or through the source maps that Node has loaded.
 */
export function showStack(error: Error, stack: string): string {
  const lines = stack.split("\n");
  const first = lines.findIndex(line => FRAME.test(line));
  if (first < 0) return stack;
  const frames = lines.slice(first).flatMap(line => Frame.from(line) ?? []);
  const head = lines.slice(0, first).join("\n");
  const prepare = Error.prepareStackTrace;
  if (prepare !== undefined) {
    try {
      const shown = String(prepare(error, frames as unknown as NodeJS.CallSite[]));
      if (shown.includes("\n    at ")) return withNodeMaps(shown, frames);
    } catch {
      // a formatter that expects more of a frame than its text tells
    }
  }
  return [head, ...frames.map(frame => `    at ${frame.mapped()}`)].join("\n");
}

/** Node's own formatter, which is there where nobody has put another, knows no maps: frames that were left are mapped here. */
function withNodeMaps(shown: string, frames: readonly Frame[]): string {
  const left = new Map(frames.map(frame => [`    at ${frame}`, frame]));
  return shown
    .split("\n")
    .map(line => {
      const frame = left.get(line);
      return frame === undefined ? line : `    at ${frame.mapped()}`;
    })
    .join("\n");
}

// `at f (file:1:2)`, `at file:1:2`, `at async f (file:1:2)`
const FRAME = /^\s+at (?:(async )?(.*?) \()?((?:async )?)([^()]*?):(\d+):(\d+)\)?$/;

/**
 * A frame of a stack that came as text, with the methods of V8's own: on the prototype, since formatters that map frames
 * copy them from there.
 */
class Frame {
  constructor(
    readonly isAsyncFrame: boolean,
    readonly call: string | null,
    readonly file: string,
    readonly line: number,
    readonly column: number,
  ) {}

  static from(text: string): Frame | undefined {
    const m = FRAME.exec(text);
    if (m === null) return undefined;
    return new Frame(m[1] !== undefined || m[3] !== "", m[2] ?? null, m[4]!, Number(m[5]), Number(m[6]));
  }

  getFileName() {
    return this.file;
  }
  getScriptNameOrSourceURL() {
    return this.file;
  }
  getLineNumber() {
    return this.line;
  }
  getColumnNumber() {
    return this.column;
  }
  getFunctionName() {
    return this.call;
  }
  getMethodName() {
    return null;
  }
  getTypeName() {
    return null;
  }
  getThis() {
    return undefined;
  }
  getFunction() {
    return undefined;
  }
  getEvalOrigin() {
    return undefined;
  }
  getPromiseIndex() {
    return null;
  }
  isNative() {
    return false;
  }
  isToplevel() {
    return true;
  }
  isEval() {
    return false;
  }
  isConstructor() {
    return false;
  }
  isAsync() {
    return this.isAsyncFrame;
  }
  isPromiseAll() {
    return false;
  }

  toString(): string {
    return this.#text(this.file, this.line, this.column);
  }

  /** As text, at the place in the source where Node knows it. */
  mapped(): string {
    try {
      const file = this.file.startsWith("file:") ? fileURLToPath(this.file) : this.file;
      const found = findSourceMap(file)?.findEntry(this.line - 1, this.column - 1);
      if (found !== undefined && "originalSource" in found && found.originalSource !== undefined) {
        const source = String(found.originalSource);
        const name = source.startsWith("file:") ? fileURLToPath(source) : source;
        return this.#text(name, found.originalLine + 1, found.originalColumn + 1);
      }
    } catch {
      // no file of this machine: as it came
    }
    return this.toString();
  }

  #text(file: string, line: number, column: number): string {
    const place = `${file}:${line}:${column}`;
    const prefix = this.isAsyncFrame ? "async " : "";
    return this.call === null ? `${prefix}${place}` : `${prefix}${this.call} (${place})`;
  }
}
