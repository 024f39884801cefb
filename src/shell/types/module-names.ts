/** Up to the quote of a module's name; `Array.from` is no such place. */
const BEFORE_NAME = /(?<![.\w$])(?:(?:import|from)\s*|(?:import|require)\s*\(\s*)["'`]/;
const RIGHT_BEFORE_NAME = new RegExp(`${BEFORE_NAME.source}$`);

/** Whether a text names modules somewhere. */
export function namesModules(text: string): boolean {
  return BEFORE_NAME.test(text);
}

/** Whether the string whose content begins at `start` is a module's name. */
export function isModuleName(text: string, start: number): boolean {
  return RIGHT_BEFORE_NAME.test(text.slice(0, start));
}
