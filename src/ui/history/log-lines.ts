import type { FileHandle } from "node:fs/promises";

const CHUNK = 256 * 1024;

/** Bytes: no event is nearly as long, and what else lies there may have no lines at all. */
const LONGEST = 64 * 1024 * 1024;

/** The lines of a file, in lists; those of more than `longest` bytes are left out. */
export async function* logLines(file: FileHandle, longest = LONGEST): AsyncGenerator<readonly string[]> {
  const chunk = Buffer.allocUnsafe(CHUNK);
  /** The line that has begun, as far as it is kept. */
  let pieces: Buffer[] = [];
  let length = 0;
  const add = (bytes: Buffer) => {
    length += bytes.length;
    if (length <= longest) pieces.push(bytes);
    else pieces = [];
  };
  const line = (): string[] => {
    const whole = length <= longest ? [Buffer.concat(pieces).toString()] : [];
    pieces = [];
    length = 0;
    return whole;
  };
  for (let position = 0; ; ) {
    const { bytesRead } = await file.read(chunk, 0, CHUNK, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    const bytes = chunk.subarray(0, bytesRead);
    const lines: string[] = [];
    let from = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
      add(bytes.subarray(from, end));
      lines.push(...line());
      from = end + 1;
    }
    // The chunk's memory is read into again.
    add(Buffer.from(bytes.subarray(from)));
    yield lines;
  }
  if (length > 0) yield line();
}
