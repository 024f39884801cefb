import { codecOfFile } from "./codec.js";
import { locate } from "./file-systems.js";
import type { InputFile } from "./input-files.js";

/** A part of a file that one task reads. Plain data: it can travel to a worker. */
export interface FileSplit {
  /** With its scheme: `file:/data/x`. */
  readonly path: string;
  /** The first byte, from 0. */
  readonly start: number;
  /** Bytes. A compressed file is one split of its compressed length. */
  readonly length: number;
}

/** The last split of a file may be this much longer than the others, rather than leaving a tiny one. */
const SLOP = 1.1;

/**
 * The splits of text files, as Hadoop's `FileInputFormat` makes them: about `minPartitions` in all, none larger than a
 * block of the file, none smaller than `minSize`; a compressed file is one, an empty file none.
 *
 * @param minPartitions how many are wanted at least; 0 counts as 1
 * @param minSize bytes, `mapreduce.input.fileinputformat.split.minsize`, default 1
 * @example
 * textSplits([{ path: "file:/x", length: 10, modificationTime: 0 }], 3).map(s => s.length); // [3, 3, 3, 1]
 */
export function textSplits(files: readonly InputFile[], minPartitions: number, minSize = 1): FileSplit[] {
  const total = files.reduce((sum, f) => sum + f.length, 0);
  const goal = Math.floor(total / Math.max(1, minPartitions));
  const splits: FileSplit[] = [];
  for (const { path, length, blockSize } of files) {
    if (length === 0) continue;
    if (codecOfFile(path) !== undefined) {
      splits.push({ path, start: 0, length });
      continue;
    }
    const size = Math.max(minSize, 1, Math.min(goal, blockSize ?? locate(path).fs.blockSize));
    let left = length;
    for (; left / size > SLOP; left -= size) splits.push({ path, start: length - left, length: size });
    if (left > 0) splits.push({ path, start: length - left, length: left });
  }
  return splits;
}

/**
 * Groups of whole files for `wholeTextFiles` and `binaryFiles`: files are put together until a group has `maxSize` bytes.
 *
 * @example
 * groupFiles([3, 3, 1].map(length => ({ path: "file:/x", length, modificationTime: 0 })), 5).map(g => g.length); // [2, 1]
 */
export function groupFiles(files: readonly InputFile[], maxSize: number): InputFile[][] {
  const groups: InputFile[][] = [];
  let group: InputFile[] = [];
  let size = 0;
  for (const file of files) {
    group.push(file);
    size += file.length;
    if (size >= maxSize) {
      groups.push(group);
      group = [];
      size = 0;
    }
  }
  if (group.length > 0) groups.push(group);
  return groups;
}
