import { mkdir, open } from "node:fs/promises";
import path from "node:path";
import { HdfsFailure } from "./failure.js";
import { readFile } from "./read-file.js";
import type { WebHdfs } from "./web-hdfs.js";

/**
 * Copies a file, or a directory with all it holds, to a path of this machine.
 *
 * @param moved called with each piece, as a sign that it goes on
 */
export async function copyToLocal(hdfs: WebHdfs, from: string, target: string, moved: () => void): Promise<void> {
  const found = await hdfs.status(from);
  if (found?.type === "DIRECTORY") {
    await mkdir(target, { recursive: true });
    for (const { pathSuffix } of await hdfs.list(from)) {
      await copyToLocal(hdfs, path.posix.join(from, pathSuffix), path.join(target, pathSuffix), moved);
    }
    return;
  }
  await mkdir(path.dirname(target), { recursive: true });
  const file = await open(target, "w");
  try {
    for await (const piece of readFile(hdfs, from, 0, Number.POSITIVE_INFINITY)) {
      await file.writeFile(piece);
      moved();
    }
  } finally {
    await file.close();
  }
}

/** Why the place of a copy cannot be written to. Plain data: it comes from the thread that copies. */
export interface Unwritable {
  /** The system's. */
  readonly code: string | undefined;
  readonly message: string;
}

/** What the system says of the place a copy goes to; `undefined` for a failure of another kind. */
export function localTrouble(error: unknown): Unwritable | undefined {
  const { syscall, code, message } = error as NodeJS.ErrnoException;
  return error instanceof HdfsFailure || syscall === undefined ? undefined : { code, message };
}
