import type { Binding } from "./scope.js";
import type { ts } from "./typescript.js";

/** A variable that a function uses and that is declared outside of it. */
export interface FreeVariable {
  readonly name: string;
  /** Its first use in the function. */
  readonly node: ts.Identifier;
  /** What declares it in this file; absent for globals, and for names other files give. */
  readonly binding: Binding | undefined;
  /** Where the function, or one inside of it, assigns to it. */
  readonly writes: readonly ts.Identifier[];
  /**
   * Of a namespace (`import * as`) of which the function uses nothing but members, by their names: these, each by its first use.
   * Absent where it is used otherwise, too.
   */
  readonly members: ReadonlyMap<string, ts.PropertyAccessExpression> | undefined;
}

/** What a function (or class, or method of an object literal) takes from its surroundings. */
export interface Free {
  readonly variables: ReadonlyMap<string, FreeVariable>;
  /** An arrow function that uses the `this` around it. */
  readonly usesThis: boolean;
  /** An arrow function that uses the `arguments` around it. */
  readonly usesArguments: boolean;
  /** It, or a function in it, uses `import.meta`. */
  readonly usesImportMeta: boolean;
  /** `super`, `new.target`, a `#private` name or JSX from outside: what text alone cannot bring along. Empty when none. */
  readonly obstacles: readonly string[];
}

/** The nodes that `freeVariables` answers for. */
export type Closure = ts.FunctionLikeDeclaration | ts.ClassLikeDeclaration;
