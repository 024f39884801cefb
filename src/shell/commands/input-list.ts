/** An input with its number in the history, counted from 1. */
export interface NumberedInput {
  readonly number: number;
  readonly text: string;
}

/**
 * Inputs with their numbers, further lines of an input below its first.
 *
 * @example
 * inputList([{ number: 9, text: "function f() {\n}" }]); // "   9  function f() {\n      }\n"
 */
export function inputList(inputs: readonly NumberedInput[]): string {
  const width = Math.max(4, ...inputs.map(i => String(i.number).length));
  const below = `\n${" ".repeat(width + 2)}`;
  return inputs.map(i => `${String(i.number).padStart(width)}  ${i.text.replaceAll("\n", below)}\n`).join("");
}
