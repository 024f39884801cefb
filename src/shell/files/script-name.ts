const KNOWN = /\.[cm]?[jt]sx?$/;

/** Scripts whose names do not say what they are, by the names under which they are compiled. */
const scripts = new Map<string, string>();

/**
 * The name under which a script is compiled: its own, or that of a TypeScript file where its own does not say what it is
 * (`report`, made executable, with `#!/usr/bin/env tspark-shell` as its first line).
 */
export function compiledName(file: string): string {
  if (KNOWN.test(file)) return file;
  const name = `${file}.ts`;
  scripts.set(name, file);
  return name;
}

/** The file that is compiled under a name. */
export function fileOfCompiled(name: string): string {
  return scripts.get(name) ?? name;
}

/** Whether a file is compiled: by its name, or because it was run. */
export function isCompiled(file: string): boolean {
  return KNOWN.test(file) || scripts.has(`${file}.ts`);
}
