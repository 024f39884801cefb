import path from "node:path";
import { fileURLToPath } from "node:url";
import { inspect, types } from "node:util";
import { SparkError, wholeStack } from "../../core/errors/spark-error.js";
import { fileOfCompiled } from "../files/script-name.js";
import { printValue } from "../printer/print-value.js";

/** More frames than this of one error help nobody. */
const MOST_FRAMES = 20;
/** A chain of causes may be a circle. */
const MOST_CAUSES = 10;

/** Functions that TypeScript puts beside what it translates: decorators, `using`. */
const EMITTED_HELPER =
  /^(?:Object\.)?__(?:runInitializers|esDecorate|decorate|addDisposableResource|disposeResources|importStar|importDefault)$/;

/** Frames below these are ours. */
const OWN_FOLDERS = ownFolders(fileURLToPath(import.meta.url));

/**
 * An error of the user's code: `Name: message`, the user's own frames, none of ours and none of Node's, then its causes.
 * Never throws, whatever was thrown.
 *
 * @param directory paths below it are shown relative to it
 */
export function formatError(error: unknown, directory: string): string {
  try {
    const lines: string[] = [];
    const seen = new Set<unknown>();
    const tell = (current: unknown, begin: string) => {
      if (seen.size === MOST_CAUSES || seen.has(current)) return;
      seen.add(current);
      const causes = causesOf(current);
      const said =
        causes.length === 1
          ? beside(current, causes[0], directory)
          : { head: headOf(current), frames: framesOf(current, directory) };
      lines.push(`${begin}${said.head}`, ...said.frames);
      for (const cause of causes) tell(cause, "Caused by: ");
    };
    tell(error, isError(error) ? "" : "Uncaught ");
    return lines.join("\n");
  } catch {
    return `Uncaught ${printValue(error)}`;
  }
}

/** What an error says that its cause, which is told next, does not: a failed job's message ends with it, its frames begin with its. */
function beside(error: unknown, cause: unknown, directory: string): { head: string; frames: string[] } {
  const head = headOf(error);
  const frames = framesOf(error, directory);
  const end = `: ${headOf(cause)}`;
  if (!head.endsWith(end)) return { head, frames };
  const told = new Set(framesOf(cause, directory));
  return { head: head.slice(0, -end.length), frames: frames.filter(frame => !told.has(frame)) };
}

/** The whole story: every frame, every cause, every property. */
export function explainError(error: unknown): string {
  try {
    const text = inspect(error, { depth: 6, maxStringLength: 10_000 });
    if (!(error instanceof SparkError)) return text;
    const { stack = "" } = error;
    // Node puts an error without frames into brackets.
    return text.replace(text.startsWith(`[${stack}]`) ? `[${stack}]` : stack, () => wholeStack(error));
  } catch {
    return printValue(error);
  }
}

function isError(value: unknown): value is Error {
  return types.isNativeError(value) || value instanceof Error;
}

function headOf(error: unknown): string {
  if (!isError(error)) return printValue(error);
  const { message } = error;
  const own = error.name;
  // A class that extends Error and says no name is called by its own.
  const made = error.constructor?.name;
  const name = (own === "Error" || !own) && made ? made : own;
  return message ? `${name}: ${message}` : String(name);
}

/** Its cause, and of several errors in one, as `Promise.any` rejects with, each. */
function causesOf(error: unknown): readonly unknown[] {
  if (!isError(error)) return [];
  const causes = error.cause === undefined ? [] : [error.cause];
  return error instanceof AggregateError ? [...causes, ...error.errors] : causes;
}

function framesOf(error: unknown, directory: string): string[] {
  if (!isError(error) || typeof error.stack !== "string") return [];
  const frames: string[] = [];
  // Of a file that is no program V8 writes the place above the message.
  const [, file, at] = (error.name === "SyntaxError" && /^(\S.*):(\d+)\n/.exec(error.stack)) || [];
  const broken = file === undefined ? undefined : fileName(file, directory);
  if (broken !== undefined) frames.push(`    at ${broken}:${at}`);
  for (const line of error.stack.split("\n")) {
    const frame = /^ {4}at (.*)$/.exec(line);
    const text = frame ? userFrame(frame[1]!, directory) : undefined;
    if (text !== undefined && frames.length < MOST_FRAMES) frames.push(`    at ${text}`);
  }
  return frames;
}

/** The frame as it is shown, undefined when it is not the user's own. */
function userFrame(frame: string, directory: string): string | undefined {
  const parts = /^(?:(.*?) \()?([^()]*?):(\d+):(\d+)\)?$/.exec(frame);
  if (parts === null) return undefined;
  const [, call, place, line, column] = parts;
  const file = place!.replace(/^async /, "");
  const mark = place!.startsWith("async ") ? "async " : "";
  if (call !== undefined && EMITTED_HELPER.test(call)) return undefined;
  const isConsole = file.startsWith("<console>");
  const name = isConsole ? file : fileName(file, directory);
  if (name === undefined) return undefined;
  const where = `${name}:${line}:${column}`;
  // A cell is the body of a function that nobody wrote.
  const caller = call?.replace(/^Object\.<anonymous>$/, "").replace(/^Object\.(?=\w)/, "") ?? "";
  return caller === "" || /^(?:async )?(?:eval|<anonymous>)$/.test(caller) ? `${mark}${where}` : `${caller} (${where})`;
}

function fileName(place: string, directory: string): string | undefined {
  const file = fileOfCompiled(place.startsWith("file://") ? fileURLToPath(place) : place);
  if (!path.isAbsolute(file))
    return /^(?:node:|internal\/|native|<anonymous>|index\s)/.test(file) ? undefined : relativeName(file);
  if (OWN_FOLDERS.some(folder => file.startsWith(folder)) || /[\\/]node_modules[\\/]/.test(file)) return undefined;
  const relative = path.relative(directory, file);
  return relative.startsWith("..") ? file : relative;
}

/** A file's own name, as `:load` and FILE use it; generated code has none. */
function relativeName(file: string): string | undefined {
  return /\.[cm]?[jt]sx?$/.test(file) ? file : undefined;
}

/** Folders of tspark's code: `dist`, the test build, and the sources that source maps lead back to. */
function ownFolders(from: string): readonly string[] {
  const inside = /^(.*[\\/])\.build[\\/]src[\\/]/.exec(from) ?? /^(.*[\\/])(?:src|dist)[\\/]/.exec(from);
  if (inside === null) return [path.dirname(from) + path.sep];
  return [path.join(".build", "src"), "src", "dist"].map(name => path.join(inside[1]!, name) + path.sep);
}
