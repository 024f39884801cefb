import { splitCharacters } from "../terminal/text-width.js";

/** A word, as the word keys jump: letters with their accents, digits, `_` and `$`. */
const WORD = /[\p{L}\p{N}\p{M}_$]/u;

/** Cuts that are remembered, as in readline. */
const MOST_KILLS = 60;

/** Code units that are looked at for the character beside the cursor: no character has more. */
const LONGEST_CHARACTER = 256;

/**
 * The text being typed and the place of the cursor in it, with every operation of the keyboard as a method. The cursor
 * never stands inside a user-perceived character.
 */
export class EditBuffer {
  #text = "";
  #cursor = 0;
  /** Column (in characters) that Up and Down keep to while they pass shorter lines. */
  #goal: number | undefined;
  /** What was cut, the newest last. */
  readonly #kills: string[] = [];
  #killing = false;
  /** What the last key has inserted of it, and which cut that was. */
  #yanked: { readonly from: number; readonly index: number } | undefined;
  #undo: { text: string; cursor: number }[] = [];
  #typing = false;

  get text(): string {
    return this.#text;
  }

  /** Index into `text`. */
  get cursor(): number {
    return this.#cursor;
  }

  get beforeCursor(): string {
    return this.#text.slice(0, this.#cursor);
  }

  get afterCursor(): string {
    return this.#text.slice(this.#cursor);
  }

  get onFirstLine(): boolean {
    return !this.beforeCursor.includes("\n");
  }

  get onLastLine(): boolean {
    return !this.afterCursor.includes("\n");
  }

  /** Replaces everything; the cursor goes to `cursor`, by default the end. */
  set(text: string, cursor = text.length): void {
    if (text !== this.#text) this.#remember(false);
    this.#text = text;
    this.#moveTo(cursor);
  }

  /** Empties the buffer and forgets what could be undone, for the next input. */
  reset(text = "", cursor = text.length): void {
    this.#text = text;
    this.#moveTo(cursor);
    this.#undo = [];
  }

  insert(text: string): void {
    this.#remember(text.length === 1 && WORD.test(text));
    this.#text = this.beforeCursor + text + this.afterCursor;
    this.#moveTo(this.#cursor + text.length, true);
  }

  /** Replaces `text.slice(from, to)`; the cursor goes after the replacement. */
  replace(from: number, to: number, text: string): void {
    this.#remember(false);
    this.#text = this.#text.slice(0, from) + text + this.#text.slice(to);
    this.#moveTo(from + text.length);
  }

  deleteLeft(): void {
    this.#delete(this.#left(), this.#cursor);
  }

  deleteRight(): void {
    this.#delete(this.#cursor, this.#right());
  }

  moveLeft(): void {
    this.#moveTo(this.#left());
  }

  moveRight(): void {
    this.#moveTo(this.#right());
  }

  moveWordLeft(): void {
    this.#moveTo(this.#wordLeft());
  }

  moveWordRight(): void {
    this.#moveTo(this.#wordRight());
  }

  moveLineStart(): void {
    this.#moveTo(this.#lineStart(this.#cursor));
  }

  moveLineEnd(): void {
    this.#moveTo(this.#lineEnd(this.#cursor));
  }

  moveStart(): void {
    this.#moveTo(0);
  }

  moveEnd(): void {
    this.#moveTo(this.#text.length);
  }

  /** Moves to the line above, in the same column where it is long enough; `false` on the first line. */
  moveUp(): boolean {
    const start = this.#lineStart(this.#cursor);
    if (start === 0) return false;
    this.#moveToLine(this.#lineStart(start - 1));
    return true;
  }

  /** Moves to the line below, in the same column where it is long enough; `false` on the last line. */
  moveDown(): boolean {
    const end = this.#lineEnd(this.#cursor);
    if (end === this.#text.length) return false;
    this.#moveToLine(end + 1);
    return true;
  }

  killToLineEnd(): void {
    const end = this.#lineEnd(this.#cursor);
    this.#kill(this.#cursor, end === this.#cursor ? Math.min(end + 1, this.#text.length) : end);
  }

  killToLineStart(): void {
    this.#kill(this.#lineStart(this.#cursor), this.#cursor);
  }

  killWordLeft(): void {
    this.#kill(this.#wordLeft(), this.#cursor);
  }

  /** As Ctrl-W does: back to the previous blank. */
  killBlankWordLeft(): void {
    this.#kill(this.beforeCursor.replace(/\S*\s*$/, "").length, this.#cursor);
  }

  killWordRight(): void {
    this.#kill(this.#cursor, this.#wordRight());
  }

  /** Inserts what was killed last. */
  yank(): void {
    const index = this.#kills.length - 1;
    if (index < 0) return;
    const from = this.#cursor;
    this.#remember(false);
    this.#text = this.beforeCursor + this.#kills[index]! + this.afterCursor;
    this.#moveTo(from + this.#kills[index]!.length);
    this.#yanked = { from, index };
  }

  /** Right after a yank: puts what was killed before in its place, round and round. */
  yankOlder(): void {
    const yanked = this.#yanked;
    if (!yanked) return;
    const index = (yanked.index || this.#kills.length) - 1;
    this.replace(yanked.from, this.#cursor, this.#kills[index]!);
    this.#yanked = { from: yanked.from, index };
  }

  /** Puts `change(word)` in the place of the word to the right, from the cursor on, and goes behind it. */
  changeWord(change: (word: string) => string): void {
    const end = this.#wordRight();
    const part = this.#text.slice(this.#cursor, end);
    const start = this.#cursor + part.search(WORD);
    if (part !== "" && start >= this.#cursor) this.replace(start, end, change(this.#text.slice(start, end)));
  }

  /** Swaps the character before the cursor with the one at it (at the end of a line: with the one before). */
  transpose(): void {
    if (this.#cursor === this.#lineEnd(this.#cursor)) this.moveLeft();
    const left = this.#left();
    const right = this.#right();
    if (left === this.#cursor || right === this.#cursor) return;
    const swapped = this.#text.slice(this.#cursor, right) + this.#text.slice(left, this.#cursor);
    this.replace(left, right, swapped);
  }

  /** Takes back the last change, a typed word counting as one. */
  undo(): void {
    const state = this.#undo.pop();
    if (!state) return;
    this.#text = state.text;
    this.#moveTo(state.cursor);
  }

  #remember(typing: boolean): void {
    if (!(typing && this.#typing)) this.#undo.push({ text: this.#text, cursor: this.#cursor });
    if (this.#undo.length > 500) this.#undo.shift();
  }

  #moveTo(cursor: number, typing = false): void {
    this.#cursor = cursor;
    this.#goal = undefined;
    this.#killing = false;
    this.#yanked = undefined;
    this.#typing = typing;
  }

  #moveToLine(start: number): void {
    const goal = this.#goal ?? splitCharacters(this.#text.slice(this.#lineStart(this.#cursor), this.#cursor)).length;
    const line = this.#text.slice(start, this.#lineEnd(start));
    this.#moveTo(start + splitCharacters(line).slice(0, goal).join("").length);
    this.#goal = goal;
  }

  #delete(from: number, to: number): void {
    if (from === to) return;
    this.replace(from, to, "");
  }

  #kill(from: number, to: number): void {
    if (from === to) return;
    const text = this.#text.slice(from, to);
    // Kills in a row add up, on the side they were made.
    const before = this.#killing ? (this.#kills.pop() ?? "") : "";
    this.#kills.push(to === this.#cursor ? text + before : before + text);
    if (this.#kills.length > MOST_KILLS) this.#kills.shift();
    this.replace(from, to, "");
    this.#killing = true;
  }

  #left(): number {
    if (this.#cursor === 0) return 0;
    const from = Math.max(this.#lineStart(this.#cursor), this.#cursor - LONGEST_CHARACTER);
    const line = this.#text.slice(from, this.#cursor);
    return this.#cursor - (line === "" ? 1 : splitCharacters(line).pop()!.length);
  }

  #right(): number {
    if (this.#cursor === this.#text.length) return this.#cursor;
    const line = this.#text.slice(
      this.#cursor,
      Math.min(this.#lineEnd(this.#cursor), this.#cursor + LONGEST_CHARACTER),
    );
    return this.#cursor + (line === "" ? 1 : splitCharacters(line)[0]!.length);
  }

  #wordLeft(): number {
    let at = this.#cursor;
    while (at > 0 && !WORD.test(this.#before(at))) at -= this.#before(at).length;
    while (at > 0 && WORD.test(this.#before(at))) at -= this.#before(at).length;
    return at;
  }

  #wordRight(): number {
    let at = this.#cursor;
    while (at < this.#text.length && !WORD.test(this.#after(at))) at += this.#after(at).length;
    while (at < this.#text.length && WORD.test(this.#after(at))) at += this.#after(at).length;
    return at;
  }

  /** The code point that ends at `at`. */
  #before(at: number): string {
    const low = this.#text.charCodeAt(at - 1);
    const pair = low >= 0xdc00 && low <= 0xdfff && at > 1;
    return this.#text.slice(at - (pair ? 2 : 1), at);
  }

  /** The code point that begins at `at`. */
  #after(at: number): string {
    return String.fromCodePoint(this.#text.codePointAt(at)!);
  }

  #lineStart(at: number): number {
    return at === 0 ? 0 : this.#text.lastIndexOf("\n", at - 1) + 1;
  }

  #lineEnd(at: number): number {
    const end = this.#text.indexOf("\n", at);
    return end < 0 ? this.#text.length : end;
  }
}
