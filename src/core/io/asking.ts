import type { FileStatus, FileSystem } from "./file-system.js";

/** A question to a file system. */
interface Question {
  readonly fs: FileSystem;
  readonly ask: "status" | "list";
  readonly path: string;
}

/**
 * What takes questions to a file system to find out, written once for whoever needs the result at once and for whoever can
 * wait: `yield*` asks, and whoever runs it answers.
 */
export type Asking<T> = Generator<Question, T, unknown>;

/** The status of a path; see {@link FileSystem.status}. */
export function* statusOf(fs: FileSystem, path: string): Asking<FileStatus | undefined> {
  return (yield { fs, ask: "status", path }) as FileStatus | undefined;
}

/** What a directory holds; see {@link FileSystem.list}. */
export function* listOf(fs: FileSystem, path: string): Asking<FileStatus[]> {
  return (yield { fs, ask: "list", path }) as FileStatus[];
}

/** The result, whatever this thread has to stand still for. */
export function answerNow<T>(asking: Asking<T>): T {
  for (let step = asking.next(); ; ) {
    if (step.done) return step.value;
    const { fs, ask, path } = step.value;
    step = asking.next(fs[ask](path));
  }
}

/** The result, at once from a file system that has its answers at once, as a promise from another. */
export function answer<T>(fs: FileSystem, asking: Asking<T>): T | Promise<T> {
  return fs.later === undefined ? answerNow(asking) : answerLater(asking);
}

/** The result as a promise: of a file system that has its answers at once they are taken as they are. */
export async function answerLater<T>(asking: Asking<T>): Promise<T> {
  for (let step = asking.next(); ; ) {
    if (step.done) return step.value;
    const { fs, ask, path } = step.value;
    step = asking.next(await (fs.later ?? fs)[ask](path));
  }
}
