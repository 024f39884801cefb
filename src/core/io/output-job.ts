import { randomBytes } from "node:crypto";
import { E } from "./errors.js";
import { baseName, parentOf } from "./file-system.js";
import { locate } from "./file-systems.js";

/**
 * What happens to a directory that exists: `refuse` throws `OUTPUT_EXISTS`, `replace` puts the new one in its place as a
 * whole, `merge` moves the new files into it, over those of the same names.
 */
export type OutputMode = "refuse" | "replace" | "merge";

/** A save under way: where its tasks write. Plain data: it can travel to a worker. */
export interface OutputJob {
  /** The directory that will hold the files, with its scheme. */
  readonly directory: string;
  /** Where the files are until the job is committed, with its scheme: beside the directory, hidden. */
  readonly temporary: string;
  readonly mode: OutputMode;
}

/**
 * Begins a save into `path`. Nothing is seen at `path` until {@link commitOutput} puts everything there in one step; a save
 * that fails leaves nothing.
 *
 * @example
 * const job = await beginOutput("out");
 * await writeTextPart(job, 0, 0, [["a", "b"]]);
 * await commitOutput(job);
 * listInputFiles("out").map(f => f.path.slice(-14)); // ["out/part-00000"]
 */
export async function beginOutput(path: string, mode: OutputMode = "refuse"): Promise<OutputJob> {
  const { fs, path: directory } = locate(path);
  const ask = fs.later ?? fs;
  if (mode === "refuse" && (await ask.status(directory)) !== undefined) throw E.OUTPUT_EXISTS(fs.qualify(directory));
  const parent = parentOf(directory);
  const name = `._temporary-${baseName(directory)}-${randomBytes(6).toString("hex")}`;
  const temporary = parent === "/" ? `/${name}` : `${parent}/${name}`;
  await fs.mkdirs(temporary);
  return { directory: fs.qualify(directory), temporary: fs.qualify(temporary), mode };
}

/** Where one attempt of a task writes its part, and where the part is when the attempt has succeeded. */
export function partPaths(job: OutputJob, partition: number, attempt: number, extension = "") {
  const name = `part-${String(partition).padStart(5, "0")}${extension}`;
  return { attempt: `${job.temporary}/_attempt-${attempt}-${name}`, committed: `${job.temporary}/${name}` };
}

/** Puts the parts of all tasks in their place and writes `_SUCCESS`. */
export async function commitOutput(job: OutputJob): Promise<void> {
  const { fs, path: directory } = locate(job.directory);
  const temporary = locate(job.temporary).path;
  const ask = fs.later ?? fs;
  for (const left of await ask.list(temporary)) if (baseName(left.path).startsWith("_")) await fs.remove(left.path);
  await (await fs.create(`${temporary}/_SUCCESS`)).close();
  const existing = await ask.status(directory);
  if (existing !== undefined && job.mode === "refuse") {
    await abortOutput(job);
    throw E.OUTPUT_EXISTS(job.directory);
  }
  if (existing?.isDirectory && job.mode === "merge") {
    for (const file of await ask.list(temporary)) await fs.rename(file.path, `${directory}/${baseName(file.path)}`);
    await fs.remove(temporary);
    return;
  }
  if (existing !== undefined) await fs.remove(directory);
  await fs.rename(temporary, directory);
}

/** Takes away what the tasks of a failed save wrote. */
export async function abortOutput(job: OutputJob): Promise<void> {
  const { fs, path } = locate(job.temporary);
  await fs.remove(path);
}

/** Runs `write`, and makes what it wrote the output; what a failed one wrote is taken away. */
export async function withOutput(
  directory: string,
  mode: OutputJob["mode"],
  write: (job: OutputJob) => Promise<unknown>,
): Promise<void> {
  const job = await beginOutput(directory, mode);
  try {
    await write(job);
  } catch (error) {
    await abortOutput(job);
    throw error;
  }
  await commitOutput(job);
}
