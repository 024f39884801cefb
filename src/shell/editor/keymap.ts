import type { BufferAction } from "./buffer-actions.js";

/** What a key can do besides changing the text or moving in it. */
export type FlowAction =
  | "submit"
  | "newline"
  | "interrupt"
  | "cancel"
  | "deleteRightOrLeave"
  | "complete"
  | "searchBack"
  | "searchForward"
  | "clearScreen"
  | "suspend"
  | "historyBack"
  | "historyForward"
  | "upOrHistory"
  | "downOrHistory";

/** What a key can do in the editor. */
export type EditorAction = FlowAction | BufferAction;

/** One action with the keys that do it and what the help says of it. */
export interface KeyBinding {
  readonly keys: readonly string[];
  readonly action: EditorAction;
  readonly doc: string;
}

/** The keys of the editor: emacs' names, as readline, IPython and node have them. */
export const KEYMAP: readonly KeyBinding[] = [
  { keys: ["return", "enter", "ctrl-m"], action: "submit", doc: "runs the input, or opens the next line of it" },
  { keys: ["alt-return", "alt-enter", "ctrl-alt-m"], action: "newline", doc: "opens a line without running" },
  { keys: ["ctrl-c"], action: "interrupt", doc: "empties the line" },
  { keys: ["ctrl-d"], action: "deleteRightOrLeave", doc: "deletes a character; on an empty line: leaves" },
  { keys: ["tab"], action: "complete", doc: "completes; a second time lists what there is" },
  { keys: ["ctrl-r"], action: "searchBack", doc: "searches the history; again: an older input" },
  { keys: ["ctrl-s"], action: "searchForward", doc: "in a search: a newer input" },
  { keys: ["ctrl-g"], action: "cancel", doc: "leaves a search" },
  { keys: ["ctrl-l"], action: "clearScreen", doc: "empties the screen" },
  { keys: ["ctrl-z"], action: "suspend", doc: "suspends the shell" },
  { keys: ["ctrl-p", "pageup"], action: "historyBack", doc: "the input before" },
  { keys: ["ctrl-n", "pagedown"], action: "historyForward", doc: "the input after" },
  { keys: ["up"], action: "upOrHistory", doc: "the line above, or the input before" },
  { keys: ["down"], action: "downOrHistory", doc: "the line below, or the input after" },
  { keys: ["left", "ctrl-b"], action: "left", doc: "a character to the left" },
  { keys: ["right", "ctrl-f"], action: "right", doc: "a character to the right; at the end: takes the grey rest" },
  { keys: ["ctrl-left", "alt-left", "alt-b"], action: "wordLeft", doc: "a word to the left" },
  {
    keys: ["ctrl-right", "alt-right", "alt-f"],
    action: "wordRight",
    doc: "a word to the right; at the end: takes a word of the grey rest",
  },
  { keys: ["home", "ctrl-a"], action: "lineStart", doc: "the beginning of the line" },
  { keys: ["end", "ctrl-e"], action: "lineEnd", doc: "the end of the line; there: takes the grey rest" },
  { keys: ["ctrl-home", "alt-<"], action: "start", doc: "the beginning of the input" },
  { keys: ["ctrl-end", "alt->"], action: "end", doc: "the end of the input" },
  { keys: ["backspace", "ctrl-h", "shift-backspace"], action: "deleteLeft", doc: "deletes to the left" },
  { keys: ["delete"], action: "deleteRight", doc: "deletes to the right" },
  { keys: ["ctrl-k"], action: "killToLineEnd", doc: "cuts to the end of the line" },
  { keys: ["ctrl-u"], action: "killToLineStart", doc: "cuts to the beginning of the line" },
  { keys: ["alt-backspace", "ctrl-backspace"], action: "killWordLeft", doc: "cuts a word to the left" },
  { keys: ["ctrl-w"], action: "killBlankWordLeft", doc: "cuts to the blank on the left" },
  { keys: ["alt-d", "ctrl-delete", "alt-delete"], action: "killWordRight", doc: "cuts a word to the right" },
  { keys: ["ctrl-y"], action: "yank", doc: "inserts what was cut last" },
  { keys: ["alt-y"], action: "yankOlder", doc: "after that: puts what was cut before in its place" },
  { keys: ["ctrl-t"], action: "transpose", doc: "swaps two characters" },
  { keys: ["alt-u"], action: "upperCaseWord", doc: "the word to the right in capitals" },
  { keys: ["alt-l"], action: "lowerCaseWord", doc: "the word to the right in small letters" },
  { keys: ["alt-c"], action: "capitalizeWord", doc: "the word to the right with a capital" },
  { keys: ["ctrl-_", "ctrl--", "ctrl-/"], action: "undo", doc: "takes back the last change" },
];

const byKey = new Map(KEYMAP.flatMap(binding => binding.keys.map(key => [key, binding.action] as const)));

/** The action of a key, `undefined` for keys that have none. */
export function actionOf(key: string): EditorAction | undefined {
  return byKey.get(key);
}

/** A key as it is written for people: `Ctrl-A`, `Alt-Enter`, `Page Up`. */
export function keyName(key: string): string {
  const names: Readonly<Record<string, string>> = { return: "Enter", pageup: "Page Up", pagedown: "Page Down" };
  const parts = /^((?:(?:ctrl|alt|shift)-)*)(.+)$/.exec(key)!;
  const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
  return `${parts[1]!.replace(/[a-z]+/g, capital)}${names[parts[2]!] ?? capital(parts[2]!)}`;
}
