import { EventEmitter } from "node:events";
import type { KeyInput } from "../../../src/shell/terminal/key-source.js";

/** A keyboard whose keys the test presses: what a terminal in raw mode would send. */
export class Keyboard extends EventEmitter implements KeyInput {
  raw = false;

  /** Sends bytes as one chunk. */
  type(text: string): void {
    this.emit("data", Buffer.from(text, "utf8"));
  }

  resume(): void {}
  pause(): void {}

  setRawMode(raw: boolean): void {
    this.raw = raw;
  }
}

/** What the keys of a terminal send. */
export const KEYS = {
  enter: "\r",
  altEnter: "\x1b\r",
  tab: "\t",
  up: "\x1b[A",
  down: "\x1b[B",
  right: "\x1b[C",
  left: "\x1b[D",
  ctrlLeft: "\x1b[1;5D",
  ctrlRight: "\x1b[1;5C",
  home: "\x1b[H",
  end: "\x1b[F",
  delete: "\x1b[3~",
  backspace: "\x7f",
  ctrl: (letter: string) => String.fromCharCode(letter.charCodeAt(0) & 31),
  alt: (letter: string) => `\x1b${letter}`,
  paste: (text: string) => `\x1b[200~${text}\x1b[201~`,
} as const;
