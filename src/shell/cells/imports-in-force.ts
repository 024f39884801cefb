import type { CellStatement } from "../types/type-service.js";

/** The imports whose names still mean what they brought. For `:imports`. */
export class ImportsInForce {
  readonly #texts = new Map<string, string>();

  /** Takes note of a statement that ran. */
  note(statement: CellStatement): void {
    if (statement.kind === "define") {
      for (const { name, kind } of statement.bindings) {
        if (kind === "import") this.#texts.set(name, statement.text);
        else this.#texts.delete(name);
      }
    } else if (statement.kind === "declare") {
      for (const { name } of statement.bindings) this.#texts.delete(name);
    }
  }

  /** As they were typed, each once. */
  get texts(): readonly string[] {
    return [...new Set(this.#texts.values())];
  }
}
