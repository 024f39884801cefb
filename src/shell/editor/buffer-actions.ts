import type { EditBuffer } from "./edit-buffer.js";

/** What keys can do with the text alone, by name. */
export const BUFFER_ACTIONS = {
  left: b => b.moveLeft(),
  right: b => b.moveRight(),
  wordLeft: b => b.moveWordLeft(),
  wordRight: b => b.moveWordRight(),
  lineStart: b => b.moveLineStart(),
  lineEnd: b => b.moveLineEnd(),
  start: b => b.moveStart(),
  end: b => b.moveEnd(),
  deleteLeft: b => b.deleteLeft(),
  deleteRight: b => b.deleteRight(),
  killToLineEnd: b => b.killToLineEnd(),
  killToLineStart: b => b.killToLineStart(),
  killWordLeft: b => b.killWordLeft(),
  killBlankWordLeft: b => b.killBlankWordLeft(),
  killWordRight: b => b.killWordRight(),
  yank: b => b.yank(),
  yankOlder: b => b.yankOlder(),
  transpose: b => b.transpose(),
  upperCaseWord: b => b.changeWord(word => word.toUpperCase()),
  lowerCaseWord: b => b.changeWord(word => word.toLowerCase()),
  capitalizeWord: b => b.changeWord(word => word.replace(/./u, c => c.toUpperCase())),
  undo: b => b.undo(),
} satisfies Readonly<Record<string, (buffer: EditBuffer) => void>>;

export type BufferAction = keyof typeof BUFFER_ACTIONS;
