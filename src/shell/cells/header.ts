import type { Analysis } from "./analyse.js";
import { type NameLocation, type NameTable, SESSION } from "./names.js";

/** What the checker's text calls the module of the shell's own variables. */
const ALIAS = "__tspark_session";

/** The line before a cell's own text that brings in the names it uses. */
export interface Header {
  /** For the checker: a `let` of another cell is declared with its type, so that assignments to it are checked. */
  readonly check: string;
  /** For running: every earlier value is imported, which makes reads and assignments live. */
  readonly emit: string;
  /** Names that stand for a module's namespace, imported by an earlier cell, with the module's specifier. */
  readonly namespaces: ReadonlyMap<string, string>;
  /** For the checker, behind the cell: another assignment to what is narrowed, so that it is not within functions. */
  readonly trailer: string;
}

/**
 * @param specifierOf how the checker's text imports a module of the session
 */
export function makeHeader(
  names: NameTable,
  analysis: Pick<Analysis, "used" | "ownValues" | "ownTypes">,
  specifierOf: (module: string) => string,
): Header {
  // It is there whether it is used or not: a text with the same imports as the one before lets the checker keep its program.
  const check = [`import type * as ${ALIAS} from ${JSON.stringify(specifierOf(SESSION))};`];
  const emit: string[] = [];
  const trailer: string[] = [];
  const namespaces = new Map<string, string>();
  for (const name of analysis.used) {
    const meaning = names.get(name);
    if (meaning === undefined) continue;
    // A class, an import is one thing with two meanings, and is replaced whole.
    const isOne = meaning.value !== undefined && meaning.value === meaning.type;
    if (isOne && (analysis.ownValues.has(name) || analysis.ownTypes.has(name))) continue;
    const value = analysis.ownValues.has(name) ? undefined : meaning.value;
    const type = analysis.ownTypes.has(name) ? undefined : meaning.type;
    const declared = (exported: string) => (exported === name ? name : `${exported} as ${name}`);
    if (value !== undefined) {
      const spec = JSON.stringify(specifierOf(value.module));
      // A class, an enum, an import is one thing with two meanings: only an import statement carries both. It carries all that the
      // export means, which must not meet a type of the cell's own.
      if (isTogether(value, type) || (type === undefined && !value.mutable && !analysis.ownTypes.has(name))) {
        check.push(`import { ${declared(value.exported)} } from ${spec};`);
      } else {
        const { narrowed } = meaning;
        const module = value.module === SESSION ? ALIAS : `import(${spec})`;
        const declaredType = `typeof ${module}.${value.exported}`;
        if (value.mutable && narrowed !== undefined) {
          const given = `typeof import(${JSON.stringify(specifierOf(narrowed.module))}).${narrowed.exported}`;
          check.push(`let ${name}: ${declaredType} = null! as ${given};`);
          trailer.push(`${name} = null!;`);
        } else check.push(`declare ${value.mutable ? "let" : "const"} ${name}: ${declaredType};`);
      }
      if (!value.ambient) {
        const from = value.module === "tspark" ? "tspark" : `./${value.module}`;
        emit.push(`import { ${declared(value.exported)} } from "${from}";`);
        if (value.namespaceOf !== undefined) namespaces.set(name, value.namespaceOf);
      }
    }
    if (type !== undefined && !isTogether(value, type)) {
      check.push(
        `import type { ${declared(type.aloneAs ?? type.exported)} } from ${JSON.stringify(specifierOf(type.module))};`,
      );
    }
  }
  return { check: check.join(""), emit: emit.join(""), namespaces, trailer: trailer.join("") };
}

/** Whether one import carries a name's value and its type: they are one thing, or a constant and a type of one cell. */
function isTogether(value: NameLocation | undefined, type: NameLocation | undefined): boolean {
  if (value === undefined || type === undefined) return false;
  return value === type || (!value.mutable && value.module === type.module && value.exported === type.exported);
}
