import path from "node:path";

/** Two declaration files, which exist in memory only, that put the shell's names into a file's scope. */
export interface GlobalDeclarations {
  readonly file: string;
  readonly text: string;
}

/**
 * Declares `sc`, `ssc`, `spark` and every export of `tspark` as globals: an alias of a name of a UMD module is the name
 * whole, value and type with its parameters.
 *
 * @param api `index.d.ts` of tspark
 * @param names what it exports
 */
export function globalDeclarations(api: string, names: readonly string[], directory: string): GlobalDeclarations[] {
  const module = JSON.stringify(api.replace(/\.d\.ts$/, ".js"));
  return [
    {
      file: path.join(directory, "__tspark_module.d.ts"),
      text: `export * from ${module};\nexport as namespace __tspark;\n`,
    },
    {
      file: path.join(directory, "__tspark_globals.d.ts"),
      text: [
        ...names.map(name => `import ${name} = __tspark.${name};`),
        "declare var sc: __tspark.SparkContext;",
        "declare var ssc: __tspark.StreamingContext;",
        "declare var spark: __tspark.SparkSession;",
        "",
      ].join("\n"),
    },
  ];
}

/**
 * Puts the shell's names into the global scope, where a file that is run finds them. Names that exist already stay.
 * Returns what takes them away again.
 */
export function installGlobals(session: Record<string, unknown>, api: Readonly<Record<string, unknown>>): () => void {
  const added: string[] = [];
  const add = (name: string, descriptor: PropertyDescriptor) => {
    if (name in globalThis) return;
    Object.defineProperty(globalThis, name, { ...descriptor, configurable: true, enumerable: false });
    added.push(name);
  };
  for (const name of Object.keys(session)) {
    add(name, {
      get: () => session[name],
      set: (value: unknown) => {
        session[name] = value;
      },
    });
  }
  for (const name of Object.keys(api)) add(name, { value: api[name], writable: true });
  return () => {
    for (const name of added) delete (globalThis as Record<string, unknown>)[name];
  };
}
