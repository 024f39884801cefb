const LF = 10;
const CR = 13;

/** Finds the first line end (`\n`, `\r\n`, `\r`) in bytes that come piece by piece. */
class LineEndFinder {
  #cr = false;

  /** Whether a `\r` was the last byte: the line has ended, and the next byte says whether a `\n` belongs to it. */
  get undecided(): boolean {
    return this.#cr;
  }

  /** The offset in `piece` just after the line end, -1 when it has not come yet. */
  find(piece: Uint8Array): number {
    if (piece.length === 0) return -1;
    if (this.#cr) return piece[0] === LF ? 1 : 0;
    const newline = piece.indexOf(LF);
    const cr = (newline < 0 ? piece : piece.subarray(0, newline)).indexOf(CR);
    if (cr < 0) return newline + 1 || -1;
    if (cr === piece.length - 1) {
      this.#cr = true;
      return -1;
    }
    return piece[cr + 1] === LF ? cr + 2 : cr + 1;
  }
}

/**
 * Which bytes hold the lines of a split. A split's lines begin after the first line end at or past its start (its first
 * byte for the split at 0) and end with the first line end at or past its end: both ends are the same function of a
 * position, so neighbouring splits lose nothing and share nothing, wherever the boundary falls. Hadoop's
 * `LineRecordReader` gives the same lines to the same splits.
 */
export class LineWindow {
  #skip: LineEndFinder | undefined;
  #tail: LineEndFinder | undefined;
  #done = false;

  /** @param skipFirst whether the split begins after the file's first byte */
  constructor(skipFirst: boolean) {
    if (skipFirst) this.#skip = new LineEndFinder();
  }

  /** Whether all lines of the split have come. */
  get done(): boolean {
    return this.#done;
  }

  /** What of the next piece within the split belongs to its lines. */
  inside(piece: Uint8Array): Uint8Array {
    if (this.#skip === undefined) return piece;
    const from = this.#skip.find(piece);
    if (from < 0) return piece.subarray(piece.length);
    this.#skip = undefined;
    return piece.subarray(from);
  }

  /**
   * Called at the split's end, before the bytes that follow it. A split within one line, which began before it, has no
   * lines: it is done.
   */
  boundary(): void {
    this.#done = this.#skip !== undefined && !this.#skip.undecided;
    this.#tail = new LineEndFinder();
  }

  /** What of the next piece past the split's end belongs to its last line. */
  beyond(piece: Uint8Array): Uint8Array {
    if (this.#done || piece.length === 0) return piece.subarray(piece.length);
    // The line before this split's first ended with its last byte, a \r. If a \n follows, the next split begins after it too.
    if (this.#skip !== undefined && this.#skip.find(piece) > 0) {
      this.#done = true;
      return piece.subarray(piece.length);
    }
    this.#skip = undefined;
    const to = this.#tail?.find(piece) ?? 0;
    if (to < 0) return piece;
    this.#done = true;
    return piece.subarray(0, to);
  }
}
