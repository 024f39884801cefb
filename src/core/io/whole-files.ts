import { baseName, type FileSystem } from "./file-system.js";

/** The names that a directory holds, sorted; none where it is not there. */
export async function namesIn(fs: FileSystem, directory: string): Promise<string[]> {
  const ask = fs.later ?? fs;
  if ((await ask.status(directory)) === undefined) return [];
  return (await ask.list(directory)).map(({ path }) => baseName(path));
}

/** All bytes of a file. */
export async function readWhole(fs: FileSystem, path: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  // Their memory is used again.
  for await (const piece of fs.read(path)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}
