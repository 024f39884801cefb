import { constants, isAscii } from "node:buffer";
import { E } from "./errors.js";

const LF = 10;
const CR = 13;

const EMPTY = Buffer.alloc(0);

/**
 * Cuts bytes into lines: a line ends at `\n`, `\r\n` or a lone `\r`, as in Hadoop's reader. A piece is decoded as a whole
 * (latin1 where all of it is ASCII, UTF-8 with U+FFFD for invalid bytes otherwise), which is several times faster than
 * line by line; what follows its last line end waits for the next piece as bytes, so that no character is cut.
 *
 * @example
 * const lines = new LineSplitter("x.txt");
 * lines.push(Buffer.from("a\r\nb")); // ["a"]
 * lines.end(); // ["b"]
 */
export class LineSplitter {
  /** Bytes of the line that has not ended yet, in pieces, so that a long line is not copied again for every piece. */
  #rest: Buffer[] = [];
  #restLength = 0;
  #piece: Buffer = EMPTY;
  #first: boolean;

  /**
   * @param name what a message calls the file
   * @param fromStart whether the bytes begin where the file does: a byte order mark there is left out, as in Hadoop
   */
  constructor(
    private readonly name: string,
    fromStart = true,
  ) {
    this.#first = fromStart;
  }

  /** The lines that `bytes` completes. `bytes` may change afterwards. */
  push(bytes: Uint8Array): string[] {
    const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const end = this.#endOfLines(piece);
    if (end < 0) {
      this.#keep(Buffer.from(piece));
      return [];
    }
    const lines = this.#decode(end);
    if (end < piece.length) this.#keep(Buffer.from(piece.subarray(end)));
    return lines;
  }

  /** The last line, where the input does not end with a line end. */
  end(): string[] {
    if (this.#restLength === 0) return [];
    this.#piece = EMPTY;
    return this.#decode(0);
  }

  /**
   * The offset in `piece` just after the last line end that is known to be one, or -1. A `\r` in the very last place may
   * be half of a `\r\n`: it waits.
   */
  #endOfLines(piece: Buffer): number {
    this.#piece = piece;
    const newline = piece.lastIndexOf(LF);
    const last = piece.length - 1;
    let cr = piece.lastIndexOf(CR);
    if (cr === last && cr > newline) cr = last > 0 ? piece.lastIndexOf(CR, last - 1) : -1;
    if (newline >= 0 || cr >= 0) return Math.max(newline, cr) + 1;
    // The \r that waited was a line end of its own: what came is not its \n.
    return piece.length > 0 && this.#restEndsWithCr() ? 0 : -1;
  }

  #restEndsWithCr(): boolean {
    const tail = this.#rest.at(-1);
    return tail !== undefined && tail[tail.length - 1] === CR;
  }

  #decode(end: number): string[] {
    const whole =
      this.#restLength === 0
        ? this.#piece.subarray(0, end)
        : Buffer.concat([...this.#rest, this.#piece.subarray(0, end)]);
    this.#rest = [];
    this.#restLength = 0;
    this.#piece = EMPTY;
    const marked = this.#first && whole[0] === 0xef && whole[1] === 0xbb && whole[2] === 0xbf;
    this.#first = false;
    const bytes = marked ? whole.subarray(3) : whole;
    return linesOf(bytes.toString(isAscii(bytes) ? "latin1" : "utf8"));
  }

  #keep(rest: Buffer): void {
    this.#restLength += rest.length;
    if (this.#restLength > constants.MAX_STRING_LENGTH) throw E.LINE_TOO_LONG(this.name, constants.MAX_STRING_LENGTH);
    this.#rest.push(rest);
  }
}

function linesOf(text: string): string[] {
  const lines = text.includes("\r") ? text.split(/\r\n|\n|\r/) : text.split("\n");
  // What follows the last line end is no line.
  if (lines[lines.length - 1] === "") lines.pop();
  return lines;
}
