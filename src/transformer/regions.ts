import type { Closure, Free } from "./free.js";
import { type Binding, Scope } from "./scope.js";
import type { ts } from "./typescript.js";

interface Writable {
  name: string;
  node: ts.Identifier;
  binding: Binding | undefined;
  writes: ts.Identifier[];
  members: Map<string, ts.PropertyAccessExpression> | undefined;
}

/** A function or class that is being looked at. */
interface Region {
  readonly kind: "arrow" | "function" | "class" | "initializer";
  /** Bindings of scopes less deep than this are outside. */
  readonly depth: number;
  readonly own: ts.Node | undefined;
  readonly variables: Map<string, Writable>;
  readonly obstacles: Set<string>;
  usesThis: boolean;
  usesArguments: boolean;
  usesImportMeta: boolean;
  /** Of a class: the `#names` it declares. */
  readonly privates?: ReadonlySet<string>;
}

/** The functions and classes around the place that is being looked at, with their scopes: each hears what is used in it. */
export class Regions {
  /** What is known of those that were gone through. */
  readonly found = new Map<Closure, Free>();
  #scope = new Scope(undefined);
  readonly #regions: Region[] = [];

  get scope(): Scope {
    return this.#scope;
  }

  /** Goes through a scope of its own. */
  in<T>(run: (scope: Scope) => T): T {
    const outer = this.#scope;
    this.#scope = new Scope(outer);
    try {
      return run(this.#scope);
    } finally {
      this.#scope = outer;
    }
  }

  /** Goes through a function or class, or an initializer, which has none of its own to be answered for. */
  enter(node: Closure | undefined, kind: Region["kind"], run: (scope: Scope) => void, privates?: ReadonlySet<string>) {
    this.in(scope => {
      const region: Region = {
        kind,
        depth: scope.depth,
        own: node,
        variables: new Map(),
        obstacles: new Set(),
        usesThis: false,
        usesArguments: false,
        usesImportMeta: false,
        ...(privates && { privates }),
      };
      this.#regions.push(region);
      run(scope);
      this.#regions.pop();
      if (node !== undefined)
        this.found.set(node, {
          variables: region.variables,
          usesThis: region.usesThis,
          usesArguments: region.usesArguments,
          usesImportMeta: region.usesImportMeta,
          obstacles: [...region.obstacles],
        });
    });
  }

  /**
   * A variable is used.
   *
   * @param member what is used of it, where that is a member by its name
   */
  use(node: ts.Identifier, write = false, member?: ts.PropertyAccessExpression): void {
    const name = node.text;
    const binding = this.#scope.find(name);
    if (name === "arguments" && binding === undefined) {
      this.#own(region => {
        region.usesArguments = true;
      });
      return;
    }
    const depth = binding?.scope.depth ?? -1;
    for (let i = this.#regions.length - 1; i >= 0; i--) {
      const region = this.#regions[i]!;
      if (depth >= region.depth) break;
      // a function declaration's text brings its own name along
      if (binding !== undefined && binding.node === region.own) continue;
      let variable = region.variables.get(name);
      if (variable === undefined) {
        variable = { name, node, binding, writes: [], members: binding?.from?.name === "*" ? new Map() : undefined };
        region.variables.set(name, variable);
      }
      if (member === undefined) variable.members = undefined;
      else if (!variable.members?.has(member.name.text)) variable.members?.set(member.name.text, member);
      if (write) variable.writes.push(node);
    }
  }

  useThis(): void {
    this.#own(region => {
      region.usesThis = true;
    });
  }

  /** Those around the place cannot travel, up to the owner of `this`. */
  obstacle(what: string): void {
    this.#own(region => region.obstacles.add(what));
  }

  /** None of those around the place can travel. */
  obstacleInAll(what: string): void {
    for (const region of this.#regions) region.obstacles.add(what);
  }

  useImportMeta(): void {
    for (const region of this.#regions) region.usesImportMeta = true;
  }

  usePrivate(name: string): void {
    for (let i = this.#regions.length - 1; i >= 0; i--) {
      const region = this.#regions[i]!;
      if (region.privates?.has(name)) return;
      region.obstacles.add(`uses the private member ${name} of the class around it`);
    }
  }

  /** Tells the arrow functions (and classes, by their computed keys) between here and the owner of `this`. */
  #own(tell: (region: Region) => void): void {
    for (let i = this.#regions.length - 1; i >= 0; i--) {
      const region = this.#regions[i]!;
      if (region.kind === "function" || region.kind === "initializer") return;
      tell(region);
    }
  }
}
