/** Blank space and comments before what is meant. */
export const LEADING = /^(?:\s|\/\/[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/;

/** Whether a text is meant as a command; comments may stand before it. */
export function isCommand(text: string): boolean {
  return text.replace(LEADING, "").startsWith(":");
}
