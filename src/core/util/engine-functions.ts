const names = new Map<Function, string>();
const functions = new Map<string, Function>();

/** Gives functions and classes of ours names by which they are found again in another thread, where the user's are shipped. */
export function engineFunctions(group: string, members: Readonly<Record<string, Function>>): void {
  for (const [name, f] of Object.entries(members)) {
    names.set(f, `${group}.${name}`);
    functions.set(`${group}.${name}`, f);
  }
}

/** The name of a function of the engine; `undefined` for those of the user. */
export function engineFunctionName(f: Function): string | undefined {
  return names.get(f);
}

/** The function of the engine with that name, in this thread. */
export function engineFunction(name: string): Function | undefined {
  return functions.get(name);
}
