import { isAscii } from "node:buffer";

const LF = 10;
const EMPTY: readonly never[] = [];

/**
 * Cuts bytes into lines at `\n` or `\r\n`. Everything up to the last `\n` of a piece is decoded as a whole (latin1 where it
 * is ASCII, else UTF-8); what follows waits as bytes for the next piece, so that no character is cut and a long line is
 * copied once.
 *
 * @example
 * const lines = new LineCutter();
 * lines.push(Buffer.from("a\r\nb")); // ["a"]
 * lines.end(); // ["b"]
 */
export class LineCutter {
  #rest: Buffer[] = [];

  /** The lines that `bytes` completes. The bytes must not change afterwards. */
  push(bytes: Buffer): readonly string[] {
    const end = bytes.lastIndexOf(LF);
    if (end < 0) {
      if (bytes.length > 0) this.#rest.push(bytes);
      return EMPTY;
    }
    const head = bytes.subarray(0, end);
    const whole = this.#rest.length === 0 ? head : Buffer.concat([...this.#rest, head]);
    // A copy, so that a short rest does not keep a whole piece of the socket's memory.
    this.#rest = end + 1 < bytes.length ? [Buffer.from(bytes.subarray(end + 1))] : [];
    const text = decode(whole);
    return text.includes("\r") ? text.split("\n").map(withoutCr) : text.split("\n");
  }

  /** The last line, where the bytes did not end with a line end. */
  end(): readonly string[] {
    if (this.#rest.length === 0) return EMPTY;
    const text = decode(Buffer.concat(this.#rest));
    this.#rest = [];
    return [withoutCr(text)];
  }
}

function decode(bytes: Buffer): string {
  return bytes.toString(isAscii(bytes) ? "latin1" : "utf8");
}

function withoutCr(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
