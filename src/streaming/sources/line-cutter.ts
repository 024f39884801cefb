import { constants, isAscii } from "node:buffer";
import { E } from "../errors.js";

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
  /** Bytes of the rest. */
  #held = 0;

  /** @param longest bytes of a line; default those of the longest string */
  constructor(private readonly longest = constants.MAX_STRING_LENGTH) {}

  /**
   * The lines that `bytes` completes. The bytes must not change afterwards.
   *
   * @throws InputOutputError when no line end comes: what is no text must not fill the memory
   */
  push(bytes: Buffer): readonly string[] {
    const end = bytes.lastIndexOf(LF);
    if (end < 0) {
      this.#held += bytes.length;
      if (this.#held > this.longest) throw E.NO_LINE_END(this.longest);
      if (bytes.length > 0) this.#rest.push(bytes);
      return EMPTY;
    }
    const head = bytes.subarray(0, end);
    const whole = this.#rest.length === 0 ? head : Buffer.concat([...this.#rest, head]);
    // A copy, so that a short rest does not keep a whole piece of the socket's memory.
    this.#rest = end + 1 < bytes.length ? [Buffer.from(bytes.subarray(end + 1))] : [];
    this.#held = bytes.length - end - 1;
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
