type Output = NodeJS.WriteStream;

/** Of each output that is followed: whether something stands on its row already. */
const begun = new Map<Output, () => boolean>();

/** Terminals among the outputs are one. */
const terminal = { begun: false };

/**
 * From now on it is known of these outputs whether what was written last, by whomever in this process, has ended its row.
 */
export function followRows(outputs: readonly Output[]): void {
  for (const output of outputs) {
    const row = output.isTTY ? terminal : { begun: false };
    begun.set(output, () => row.begun);
    const { write } = output;
    output.write = ((...args: Parameters<typeof write>) => {
      row.begun = beginsRow(args[0], row.begun);
      return write.apply(output, args);
    }) as typeof write;
  }
}

/** A line was typed at a terminal that echoes it, with its Enter. */
export function rowWasTyped(): void {
  terminal.begun = false;
}

/** Of this output somebody else knows better: a screen that draws on it. */
export function followRowBy(output: Output, isBegun: () => boolean): void {
  begun.set(output, isBegun);
}

/** Writes what the shell itself has to say: on a row of its own, below output of the user's that has not ended its row. */
export function writeOnOwnRow(output: Output, text: string): void {
  output.write(begun.get(output)?.() && !text.startsWith("\n") ? `\n${text}` : text);
}

/** Whether something stands on the row behind `chunk`; `before`: in front of it. Colours are nothing. */
function beginsRow(chunk: string | Uint8Array, before: boolean): boolean {
  const end = typeof chunk === "string" ? chunk.slice(-64) : Buffer.from(chunk.subarray(-64)).toString("latin1");
  const last = end.replace(/(?:\x1b\[[\d;]*m)+$/, "").at(-1);
  return last === undefined ? before : last !== "\n";
}
