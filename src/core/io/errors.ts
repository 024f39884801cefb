import { defineErrors } from "../errors/define-errors.js";
import { IllegalArgumentError, InputOutputError } from "../errors/spark-error.js";

/** What the system's code of a failed call means to a person. */
function why(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  switch (code) {
    case "ENOENT":
      return "there is no such file or directory";
    case "EACCES":
    case "EPERM":
      return "permission denied; check the permissions of the file and its directories";
    case "EISDIR":
      return "it is a directory";
    case "ENOTDIR":
      return "a part of the path is a file, not a directory";
    case "ENOSPC":
      return "no space left on the device; free some or choose another place";
    case "EMFILE":
      return "too many open files in this process; raise the limit (ulimit -n) or read fewer at a time";
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}

/** A path that a command line's shell would have rewritten. */
function notExpanded(path: string): string {
  const part = /(?:^|[/:])(~[^/]*|\$\w+|\$\{\w+\})(?=\/|$)/.exec(path)?.[1];
  if (part === undefined) return "";
  const whole = part.startsWith("~") ? "os.homedir()" : `process.env.${part.replace(/\W/g, "")}`;
  return ` ${part} is not expanded: write the directory out, e.g. with ${whole}.`;
}

/** The errors of files. */
export const E = defineErrors("io", {
  NO_SUCH_INPUT: {
    base: InputOutputError,
    message: (path: string) =>
      `Input path does not exist: ${path}. Check the path${path.startsWith("file:") ? "; a relative one begins at the working directory" : ""}.${notExpanded(path)}`,
    doc: "An input path names nothing.",
  },
  NO_MATCH: {
    base: InputOutputError,
    message: (pattern: string) =>
      `Input Pattern ${pattern} matches 0 files. Check the pattern: * and ? stay within one name, {a,b} and [0-9] choose, and names that begin with _ or . are left out.${notExpanded(pattern)}`,
    doc: "A pattern with `*`, `?`, `[…]` or `{…}` matches nothing.",
  },
  BAD_GLOB: {
    base: IllegalArgumentError,
    message: (pattern: string, what: string) =>
      `Illegal file pattern ${JSON.stringify(pattern)}: ${what}. Put a \\ before a character that is meant as such.`,
    doc: "A pattern has a bracket or brace that does not end.",
  },
  EMPTY_PATH: {
    base: IllegalArgumentError,
    message: () => `The path is empty: name a file, a directory or a pattern, or several with commas between them.`,
    doc: "A path is the empty string, or a comma list has an empty part.",
  },
  NOT_A_FILE: {
    base: InputOutputError,
    message: (path: string) =>
      `Not a file: ${path}. A directory is read one level deep; to read what lies deeper, name it with a pattern such as dir/*/*.`,
    doc: "A directory that is to be read holds another directory.",
  },
  NO_FILE_SYSTEM: {
    base: IllegalArgumentError,
    message: (scheme: string, path: string, known: readonly string[]) =>
      `No FileSystem for scheme "${scheme}": ${path} cannot be reached. The schemes that exist are ${known.map(k => `${k}:`).join(", ")}.`,
    doc: "A path begins with a scheme that no file system was registered for.",
  },
  NO_ABSOLUTE_PATH: {
    base: IllegalArgumentError,
    message: (path: string, scheme: string) =>
      `Relative path in absolute URI: ${path}. Behind ${scheme}: there must be a path from the root: ${scheme}:/${path.slice(scheme.length + 1)} in the configured file system, ${scheme}://HOST:PORT/… in that of a host.`,
    doc: "A path begins with the scheme of a remote file system, and what follows does not begin with `/`.",
  },
  UNREADABLE: {
    base: InputOutputError,
    message: (path: string, cause: unknown) => `Cannot read ${path}: ${why(cause)}.`,
    doc: "A file or directory cannot be read; the message says why.",
  },
  UNWRITABLE: {
    base: InputOutputError,
    message: (path: string, cause: unknown) => `Cannot write ${path}: ${why(cause)}.`,
    doc: "A file or directory cannot be written; the message says why.",
  },
  OUTPUT_EXISTS: {
    base: InputOutputError,
    message: (path: string) =>
      `Output directory ${path} already exists. Choose another, remove it first, or set spark.hadoop.validateOutputSpecs=false to write over it.`,
    doc: "`saveAsTextFile` or `saveAsObjectFile` into a directory that exists.",
  },
  CORRUPT: {
    base: InputOutputError,
    message: (path: string, what: string) => `${path} is damaged: ${what}. Write or fetch the file again.`,
    doc: "A compressed file or an object file ends early or holds what cannot be decoded.",
  },
  CODEC_NOT_SUPPORTED: {
    base: InputOutputError,
    message: (path: string, extension: string) =>
      `Cannot read ${path}: files that end in ${extension} are compressed in a form tspark does not decode. Decompress it, or use .gz or .deflate.`,
    doc: "An input file is compressed with a codec that does not exist here.",
  },
  UNKNOWN_CODEC: {
    base: IllegalArgumentError,
    message: (name: string, known: readonly string[]) =>
      `Codec ${JSON.stringify(name)} is not available. Consider ${known.join(" or ")}.`,
    doc: "A codec was asked for that does not exist.",
  },
  LINE_TOO_LONG: {
    base: InputOutputError,
    message: (path: string, bytes: number) =>
      `A line of ${path} is longer than ${bytes} bytes, the most a string can hold. Is it a text file? binaryFiles reads bytes.`,
    doc: "A line does not fit into a string.",
  },
  NOT_SERIALIZABLE: {
    base: IllegalArgumentError,
    message: (element: string) =>
      `${element} cannot be written to an object file: values made of numbers, strings, arrays, plain objects, Map, Set, Date and typed arrays can, functions and symbols cannot. Map it to such a value first.`,
    doc: "`saveAsObjectFile` met a function, a symbol or another value that has no serial form.",
  },
});
