import type { ts } from "./typescript.js";

/** What declared a name. */
export type BindingKind =
  | "var"
  | "let"
  | "const"
  | "function"
  | "class"
  | "enum"
  | "namespace"
  | "parameter"
  | "catch"
  | "import";

/** A declared name that exists at run time. */
export interface Binding {
  readonly name: string;
  readonly kind: BindingKind;
  readonly scope: Scope;
  /** The function, class, enum, namespace, variable declaration, parameter or import that declares it. */
  readonly node: ts.Node;
  /** Of an import: the module's specifier, and the name it has there (`*` the namespace, `=` all of `import x = require()`). */
  readonly from?: { readonly specifier: string; readonly name: string };
}

/** A region of the source in which names are declared. */
export class Scope {
  readonly bindings = new Map<string, Binding>();

  readonly depth: number;

  constructor(readonly parent: Scope | undefined) {
    this.depth = parent === undefined ? 0 : parent.depth + 1;
  }

  declare(name: string, kind: BindingKind, node: ts.Node, from?: Binding["from"]): void {
    // the first one wins: overloads, `var` declared again, a namespace that adds to a function
    if (!this.bindings.has(name)) this.bindings.set(name, { name, kind, scope: this, node, ...(from && { from }) });
  }

  /** The binding the name has here. */
  find(name: string): Binding | undefined {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      const binding = scope.bindings.get(name);
      if (binding !== undefined) return binding;
    }
    return undefined;
  }
}
