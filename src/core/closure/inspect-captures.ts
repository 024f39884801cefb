import type { Debugger, Runtime, Session } from "node:inspector";
import type { Place } from "./modules.js";

/** What V8's inspector tells of a function that carries no capture data. */
export interface InspectedCaptures {
  /**
   * The variables around the function whose names occur in its text, with their values now; the innermost of a name. One
   * that is not initialised yet is `undefined`.
   */
  readonly variables: ReadonlyMap<string, unknown>;
  /** What a bound function calls, with which `this` and first arguments. */
  readonly bound?: { readonly target: Function; readonly self: unknown; readonly args: readonly unknown[] };
  /** Where its text stands, in lines and columns from 0. */
  readonly place?: Place;
}

/** The global slot through which live values are handed to and from the inspector. */
const SLOT = "tspark.inspected";
const slot = `globalThis[Symbol.for(${JSON.stringify(SLOT)})]`;
const slots = globalThis as unknown as Record<symbol, unknown>;
const key = Symbol.for(SLOT);
const GROUP = "tspark";
/** The files of scripts by V8's number of them. */
const scripts = new Map<string, string>();

/**
 * Reads the variables a function captures through V8's inspector: the fallback for functions compiled without the
 * transformer. Takes a few milliseconds. `undefined` where there is no inspector.
 *
 * Which of the surrounding variables the function uses is judged by its text, so that a name which only occurs as a
 * property or in a string may be in the result as well; V8 itself keeps only variables that some closure there uses.
 */
export function capturesByInspector(fn: Function): InspectedCaptures | undefined {
  return inspect(inspection => inspection.captures(fn));
}

/** The value of one variable that a function captures, wherever it is its own code's; `undefined` where there is no inspector. */
export function variableByInspector(fn: Function, name: string): unknown {
  return inspect(inspection => inspection.variable(fn, name));
}

function inspect<T>(read: (inspection: Inspection) => T): T | undefined {
  const inspector = process.getBuiltinModule("node:inspector");
  if (inspector === undefined) return undefined;
  const session = new inspector.Session();
  session.connect();
  try {
    return read(new Inspection(session));
  } finally {
    delete slots[key];
    session.disconnect();
  }
}

class Inspection {
  constructor(readonly session: Session) {}

  captures(fn: Function): InspectedCaptures {
    const object = this.#remote(fn);
    const { internalProperties = [] } = this.#properties(object);
    const internal = (name: string) => internalProperties.find(property => property.name === name)?.value;
    const target = internal("[[TargetFunction]]");
    if (target !== undefined) {
      const args = internal("[[BoundArgs]]");
      const values = this.#live([target, internal("[[BoundThis]]")!, ...(args ? [args] : [])]);
      const bound = { target: values[0] as Function, self: values[1], args: [...((values[2] as unknown[]) ?? [])] };
      return { variables: new Map(), bound };
    }
    const found = new Map<string, unknown>();
    const names = namesIn(Function.prototype.toString.call(fn));
    for (const scope of this.#scopes(internal("[[Scopes]]"))) {
      for (const name of names) if (!found.has(name) && Object.hasOwn(scope, name)) found.set(name, scope[name]);
    }
    const place = this.#place(internal("[[FunctionLocation]]")?.value as Debugger.Location | undefined);
    return { variables: found, ...(place && { place }) };
  }

  variable(fn: Function, name: string): unknown {
    const { internalProperties = [] } = this.#properties(this.#remote(fn));
    const scopes = this.#scopes(internalProperties.find(p => p.name === "[[Scopes]]")?.value);
    return scopes.find(scope => Object.hasOwn(scope, name))?.[name];
  }

  /**
   * The variables of the scopes around a function, from the innermost on, global ones left out. V8 makes an object of each scope,
   * with its description beside it: read as such, since to have each variable of a bundle described takes hundreds of times as long.
   */
  #scopes(scopes: Runtime.RemoteObject | undefined): Readonly<Record<string, unknown>>[] {
    const handles: Runtime.RemoteObject[] = [];
    for (const { name, value } of scopes ? this.#properties(scopes.objectId!).result : []) {
      if (/^\d+$/.test(name) && value !== undefined && !/^Global\b/.test(value.description ?? "")) handles.push(value);
    }
    return (this.#live(handles) as { readonly object: Readonly<Record<string, unknown>> }[]).map(scope => scope.object);
  }

  #place(location: Debugger.Location | undefined): Place | undefined {
    if (location === undefined) return undefined;
    const { scriptId, lineNumber: line, columnNumber: column = 0 } = location;
    if (!scripts.has(scriptId)) this.#listScripts();
    const file = scripts.get(scriptId);
    return file ? { file, line, column } : undefined;
  }

  /** The debugger tells of every script there is when it is switched on. */
  #listScripts(): void {
    this.session.on("Debugger.scriptParsed", ({ params }) => scripts.set(params.scriptId, params.url));
    this.#post("Debugger.enable", {});
    this.#post("Debugger.disable", {});
  }

  /** The inspector's handle of a value. */
  #remote(value: unknown): string {
    slots[key] = value;
    return this.#post<Runtime.EvaluateReturnType>("Runtime.evaluate", { expression: slot, objectGroup: GROUP }).result
      .objectId!;
  }

  #properties(objectId: string): Runtime.GetPropertiesReturnType {
    return this.#post("Runtime.getProperties", { objectId, ownProperties: true });
  }

  /** The values behind handles: a function of this realm gets them as arguments. */
  #live(handles: readonly Runtime.RemoteObject[]): unknown[] {
    if (handles.length === 0) return [];
    let values: unknown[] = [];
    const receive = (...received: unknown[]) => {
      values = received;
    };
    this.#post("Runtime.callFunctionOn", {
      objectId: this.#remote(receive),
      functionDeclaration: "function(...values){this(...values)}",
      arguments: handles.map(({ objectId, unserializableValue, value, type }) =>
        objectId !== undefined
          ? { objectId }
          : unserializableValue !== undefined
            ? { unserializableValue }
            : type === "undefined"
              ? {}
              : { value: value as unknown },
      ),
    });
    return values;
  }

  #post<R>(method: string, params: object): R {
    let failure: Error | null = null;
    let answer: R | undefined;
    // a session on its own thread answers before `post` returns
    this.session.post(method, params, (error, result) => {
      failure = error;
      answer = result as R;
    });
    if (failure !== null) throw failure;
    return answer!;
  }
}

const NAME = /(?<![\p{ID_Continue}$\u200c\u200d])(?<!(?<!\.\.)\.\s*)[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu;

/** The names that stand in a text other than behind a dot. */
function namesIn(text: string): ReadonlySet<string> {
  return new Set(text.match(NAME));
}
