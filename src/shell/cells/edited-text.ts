/** Replaces `remove` characters (default 0) at `at` of the original by `insert`. */
export interface Edit {
  readonly at: number;
  readonly insert: string;
  readonly remove?: number;
}

/** A text with edits applied, which knows where each of its places was in the original. */
export class EditedText {
  readonly text: string;
  /** Ends, in the edited text, of pieces that were inserted, with the original offset they stand at. */
  readonly #pieces: {
    readonly start: number;
    readonly end: number;
    readonly original: number;
    readonly copied: boolean;
  }[] = [];

  /** @param edits in any order; those at the same offset keep theirs; they must not overlap */
  constructor(
    readonly original: string,
    edits: readonly Edit[],
  ) {
    const sorted = edits.map((edit, i) => ({ edit, i })).sort((a, b) => a.edit.at - b.edit.at || a.i - b.i);
    let text = "";
    let from = 0;
    const add = (piece: string, original: number, copied: boolean) => {
      if (piece === "") return;
      this.#pieces.push({ start: text.length, end: text.length + piece.length, original, copied });
      text += piece;
    };
    for (const { edit } of sorted) {
      add(original.slice(from, edit.at), from, true);
      add(edit.insert, edit.at, false);
      from = Math.max(from, edit.at + (edit.remove ?? 0));
    }
    add(original.slice(from), from, true);
    this.text = text;
  }

  /** Where `offset` of the edited text was in the original; inside an insertion, where that was made. */
  toOriginal(offset: number): number {
    let low = 0;
    let high = this.#pieces.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (offset < this.#pieces[middle]!.end) high = middle;
      else low = middle + 1;
    }
    const piece = this.#pieces[low];
    if (piece === undefined) return 0;
    if (!piece.copied) return piece.original;
    return piece.original + Math.min(offset, piece.end) - piece.start;
  }

  /** Whether `offset` of the edited text lies in something inserted. */
  isInserted(offset: number): boolean {
    const piece = this.#pieces.find(p => offset < p.end);
    return piece === undefined ? offset > 0 && !this.#pieces.at(-1)?.copied : !piece.copied;
  }
}
