import type { CellStatement } from "../types/type-service.js";
import type { Display } from "./display.js";

/** Where what the shell says of a statement goes: whole lines. */
export interface EchoOutputs {
  /** Takes results. */
  readonly output: (text: string) => void;
  /** Takes hints. */
  readonly errorOutput: (text: string) => void;
}

/** Says what each statement did: `name: Type = value`, what was declared, a hint; and keeps what was shown last. */
export class Echo {
  lastValue: unknown;

  constructor(
    private readonly display: Display,
    private readonly outputs: EchoOutputs,
  ) {}

  /**
   * @param values of what the statement declares, assigns or is
   * @param echo whether it is said; noted it is anyway
   * @param result the name of an expression's value: `res0`
   */
  say(statement: CellStatement, values: readonly unknown[], echo: boolean, result: string | undefined): void {
    switch (statement.kind) {
      case "declare":
        statement.bindings.forEach((binding, i) => {
          if (binding.kind !== "ambient") this.#value(binding.name, binding.type, values[i], echo);
          else if (echo) this.outputs.output(`${binding.name}: ${binding.type ?? "any"}\n`);
        });
        this.#hint(statement.hint, echo);
        break;
      case "assign":
        statement.targets.forEach((target, i) => {
          this.#value(target.name, target.type, values[i], echo);
        });
        break;
      case "define":
        if (echo && statement.text !== "") this.outputs.output(`${statement.text}\n`);
        break;
      case "expression":
        if (values[0] !== undefined && result !== undefined) this.#value(result, statement.type, values[0], echo);
        this.#hint(statement.hint, echo);
        break;
    }
  }

  #value(name: string, type: string | undefined, value: unknown, echo: boolean): void {
    this.lastValue = value;
    if (echo) this.outputs.output(`${this.display.result(name, type, value)}\n`);
  }

  #hint(hint: string | undefined, echo: boolean): void {
    if (hint !== undefined && echo) this.outputs.errorOutput(`${hint}\n`);
  }
}
