/**
 * A value inside generated code: the text of one expression, or a pair whose halves are known apart, so that a chain such as
 * `mapValues(f).reduceByKey(g)` makes no tuple on the way.
 */
export type Value = { readonly one: string } | { readonly key: string; readonly value: string };

/** The text of a loop under construction: names for closures, helpers and intermediate values. */
export class Codegen {
  readonly closures: Function[] = [];
  /** What a task watches its own loop with: not part of what makes pipelines alike. */
  readonly taps: object[] = [];
  #names = 0;

  constructor(
    /** Puts back what the loop kept in locals and leaves it; what a sink writes to stop early. */
    readonly stop: string,
  ) {}

  /** The name under which the code calls `f`. */
  closure(f: Function): string {
    this.closures.push(f);
    return `f${this.closures.length - 1}`;
  }

  /** The name under which the code knows `tap`. */
  tap(tap: object): string {
    this.taps.push(tap);
    return `t${this.taps.length - 1}`;
  }

  /** A name that is not taken. */
  fresh(): string {
    return `x${this.#names++}`;
  }

  /** The value as one expression. */
  one(v: Value): string {
    return "one" in v ? v.one : `[${v.key},${v.value}]`;
  }

  key(v: Value): string {
    return "one" in v ? `${v.one}[0]` : v.key;
  }

  value(v: Value): string {
    return "one" in v ? `${v.one}[1]` : v.value;
  }

  /** A statement that refuses what is no pair; nothing where it is known to be one. */
  pairCheck(v: Value): string {
    return "one" in v ? `if(!Array.isArray(${v.one}))rt.notAPair(${v.one});` : "";
  }
}

/** One fusable step of a pipeline. */
export interface Step {
  /** The statement that makes this step's values from `input` and hands each to `next`. */
  emit(input: Value, g: Codegen, next: (output: Value) => string): string;
}

/** The end of a pipeline: what becomes of its values. `S` is what a task keeps of it, `R` its result. */
export interface Sink<S, R> {
  /** The state of a task before the first value; the code knows it as `s`. */
  open(): S;
  /** Statements before and after the loop over a window of input: load state into locals, put it back. */
  readonly before?: string;
  readonly after?: string;
  emit(input: Value, g: Codegen): string;
  /** Called between windows of input: the sink may put away what it holds. */
  check?(state: S): void;
  close(state: S): R;
}

/** A sink whose state and result are not of interest. */
export interface AnySink {
  open(): unknown;
  readonly before?: string;
  readonly after?: string;
  emit(input: Value, g: Codegen): string;
  check?(state: never): void;
  close(state: never): unknown;
}

/** What a compiled loop runs over. */
export type InputKind =
  /** `run(s, array, from, to)` */
  | "array"
  /** `run(s, keys, from, to, values)` */
  | "columns"
  /** `run(s, start, from, to, step)`: the numbers `start + i * step` */
  | "range";

/** The text of the function that feeds a window of input through `steps` into `sink`, the closures it calls and the taps on it. */
export function generate(kind: InputKind, steps: readonly Step[], sink: AnySink) {
  const g = new Codegen(`{${sink.after ?? ""}return false;}`);
  const x = g.fresh();
  const input: Value = kind === "columns" ? { key: "a[i]", value: "b[i]" } : { one: x };
  const body = chain(steps, 0, input, g, sink);
  const item = kind === "array" ? `const ${x}=a[i];` : kind === "range" ? `const ${x}=a+i*b;` : "";
  const text = `return function(s,a,from,to,b){${sink.before ?? ""}for(let i=from;i<to;i++){${item}${body}}${sink.after ?? ""}return true;}`;
  return { text, closures: g.closures, taps: g.taps };
}

function chain(steps: readonly Step[], i: number, input: Value, g: Codegen, sink: AnySink): string {
  const step = steps[i];
  if (step === undefined) return sink.emit(input, g);
  return step.emit(input, g, output => chain(steps, i + 1, output, g, sink));
}
