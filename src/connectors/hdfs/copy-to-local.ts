import { mkdir, open } from "node:fs/promises";
import path from "node:path";
import { HdfsFailure } from "./failure.js";
import { readFile } from "./read-file.js";
import type { RemoteStatus, WebHdfs } from "./web-hdfs.js";

/**
 * Copies a file, or a directory with all it holds, to a path of this machine.
 *
 * @param moved called with each file, directory and piece of a file, as a sign that it goes on
 */
export async function copyToLocal(hdfs: WebHdfs, from: string, target: string, moved: () => void): Promise<void> {
  await copy(hdfs, from, (await hdfs.status(from))?.type, target, moved);
}

async function copy(
  hdfs: WebHdfs,
  from: string,
  type: RemoteStatus["type"] | undefined,
  target: string,
  moved: () => void,
): Promise<void> {
  moved();
  if (type === "DIRECTORY") {
    await mkdir(target, { recursive: true });
    for (const { pathSuffix, type } of await hdfs.list(from)) {
      await copy(hdfs, path.posix.join(from, pathSuffix), type, path.join(target, pathSuffix), moved);
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
