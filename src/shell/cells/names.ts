import type { CellOutcome, CellStatement } from "../types/type-service.js";
import type { Mutations } from "./mutations.js";

/** Where a name of the session lives. */
export interface NameLocation {
  /** `tspark`, `session`, or a cell: `cell_3`. */
  readonly module: string;
  /** What it is called there: a result `res0` is exported as `$tspark_r0`. */
  readonly exported: string;
  /** May be assigned: `let` and `var`, and the shell's own names. */
  readonly mutable: boolean;
  /** Declared with `declare`: exists as a global only, so nothing is imported when it is used. */
  readonly ambient: boolean;
  /** A function's declaration, which is not assigned to. */
  readonly isFunction?: boolean;
  /** The namespace of the module with this specifier, imported with `import * as`. */
  readonly namespaceOf?: string;
  /** Of a type whose cell declares a value of the same name as well: the export that is the type alone. */
  readonly aloneAs?: string;
}

/** What a name means now: as a value, as a type, or both, which may come from different cells. */
export interface NameMeaning {
  readonly value?: NameLocation;
  readonly type?: NameLocation;
  /** Where the checker sees the type of the value it was given last, when that may be less than its declared one. */
  readonly narrowed?: { readonly module: string; readonly exported: string };
  /** A function assigns to it, which may be called at any time: it is never narrowed. */
  readonly shared?: boolean;
}

/** A committed cell as others see it. */
export interface CommittedCell {
  readonly id: string;
  /** TypeScript text: the cell itself or its declarations. */
  readonly text: string;
  /** Where its relative imports start, when that is not the user's folder. */
  readonly directory?: string;
  readonly statements: readonly CellStatement[];
  readonly outcome: CellOutcome;
  readonly mutations?: Mutations;
}

/** The module in which `_error` has a type: that of the class `name` of `tspark`, or of the user's (`cell_3:Odd`). */
export const errorModule = (type: string): string => `error_${type.replace(":", "_")}`;

/** The hidden name under which a line that begins with a dot finds the value shown last. */
export const LAST_SHOWN = "$tspark_last";
/** The module of the shell's own variables. */
export const SESSION = "session";
/** The cell that is being checked always has this file, so that the program's list of roots never changes. */
export const CURRENT = "current";

/** Every name of a session and where it lives. Plain data and pure steps: it can be rebuilt from the committed cells. */
export class NameTable {
  readonly #names = new Map<string, NameMeaning>();
  #ownsUnderscore = false;

  /** @param apiNames what `tspark` exports */
  constructor(apiNames: readonly string[]) {
    for (const name of apiNames) {
      const location = { module: "tspark", exported: name, mutable: false, ambient: false };
      this.#names.set(name, { value: location, type: location });
    }
    for (const name of ["sc", "ssc", "spark"]) {
      this.#names.set(name, { value: { module: SESSION, exported: name, mutable: true, ambient: false } });
    }
  }

  get(name: string): NameMeaning | undefined {
    return this.#names.get(name);
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** Names in scope, the hidden one left out. */
  visible(): string[] {
    return [...this.#names.keys()].filter(name => name !== LAST_SHOWN);
  }

  /** Takes over what a cell declared, as far as it ran. */
  commit({ id, statements, outcome, mutations }: Omit<CommittedCell, "text" | "directory">): void {
    for (const statement of statements.slice(0, outcome.done)) {
      if (statement.kind === "declare" || statement.kind === "define") {
        for (const binding of statement.bindings) {
          this.#declare(binding.name, binding.value, binding.isType, {
            module: id,
            exported: binding.name,
            mutable: binding.kind === "let",
            ambient: binding.kind === "ambient",
            ...(binding.kind === "function" ? { isFunction: true } : {}),
            ...(binding.namespaceOf !== undefined && { namespaceOf: binding.namespaceOf }),
            ...(binding.aloneAs !== undefined && { aloneAs: binding.aloneAs }),
          });
        }
        if (statement.kind === "declare") this.#shown(statement.bindings.at(-1)?.name);
      } else if (statement.kind === "assign") {
        for (const { name, slot } of statement.targets)
          this.#narrow(name, slot === undefined ? slot : { module: id, exported: slot });
        const last = statement.targets.at(-1)?.name;
        this.#shown(last);
        this.#underscore(last === undefined ? undefined : this.#names.get(last)?.value);
      } else if (statement.kind === "expression") {
        const result = outcome.results.find(r => r.slot === statement.slot);
        if (result === undefined) continue;
        const location = { module: id, exported: result.slot, mutable: false, ambient: false };
        this.#names.set(result.name, { value: location });
        this.#names.set(LAST_SHOWN, { value: location });
        this.#underscore(location);
      }
    }
    // What a failed cell assigned, it may have or not.
    for (const statement of statements.slice(outcome.done)) {
      if (statement.kind === "assign") for (const { name } of statement.targets) this.#narrow(name, undefined);
    }
    for (const name of mutations?.now ?? []) this.#narrow(name, undefined);
    for (const name of mutations?.later ?? []) {
      const meaning = this.#names.get(name);
      if (meaning !== undefined) this.#names.set(name, { ...meaning, narrowed: undefined, shared: true });
    }
    if (outcome.error !== undefined) {
      this.#names.set("_error", {
        value: { module: errorModule(outcome.error), exported: "_error", mutable: false, ambient: false },
      });
    }
  }

  #declare(name: string, value: boolean, isType: boolean, location: NameLocation): void {
    if (name === "_") this.#ownsUnderscore = true;
    const before = this.#names.get(name);
    if (value && isType) {
      this.#names.set(name, { value: location, type: location });
      return;
    }
    const isOne = before?.value !== undefined && before.value === before.type;
    // A class and an interface of one input are one thing still, which that cell exports.
    if (isOne && before.value?.module === location.module && before.value.exported === name) return;
    // A constant and a type of one name live side by side (companions); what was both, a class, is replaced whole.
    const companion = before !== undefined && before.value !== before.type;
    if (value) this.#names.set(name, { value: location, type: companion ? before.type : undefined });
    else this.#names.set(name, { type: location, value: companion ? before.value : undefined });
  }

  #narrow(name: string, narrowed: NameMeaning["narrowed"]): void {
    const meaning = this.#names.get(name);
    if (meaning !== undefined && !meaning.shared) this.#names.set(name, { ...meaning, narrowed });
  }

  #shown(name: string | undefined): void {
    const location = name === undefined ? undefined : this.#names.get(name)?.value;
    if (location !== undefined && !location.ambient) this.#names.set(LAST_SHOWN, { value: location });
  }

  #underscore(location: NameLocation | undefined): void {
    if (location !== undefined && !this.#ownsUnderscore) this.#names.set("_", { value: location });
  }
}
