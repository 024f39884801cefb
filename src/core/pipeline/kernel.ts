import { type AnySink, generate, type InputKind, type Step } from "./codegen.js";
import { originOf } from "./origin.js";
import { runtime } from "./runtime.js";

/** Feeds `[from, to)` of the input through the pipeline; false when the sink wants no more. */
export type Loop = (state: unknown, a: unknown, from: number, to: number, b?: unknown) => boolean;
type LoopFactory = (...args: unknown[]) => Loop;

/** Elements after which a pipeline gets a loop of its own. */
const PROMOTE_AFTER = 2000;
const MAX_SHARED = 500;

/** Loops by their text, for pipelines that see few elements; the oldest goes first. */
const shared = new Map<string, LoopFactory>();
/** Pipelines by first closure, then by text and the other closures: gone when the closure is. */
const pipelines = new WeakMap<Function, Map<string, Pipeline>>();
const closureIds = new WeakMap<Function, number>();
let lastClosureId = 0;
let serial = 0;

/**
 * What is known about one pipeline of the user's closures. V8 keeps what it learns about types with the text of a function,
 * so a pipeline that processes much gets a text nobody shares; small ones share, which saves compiling them. The same
 * closures in the same pipeline get the same text again, batch after batch.
 */
class Pipeline {
  seen = 0;
  own: LoopFactory | undefined;

  constructor(
    readonly text: string,
    readonly arity: number,
    readonly taps: number,
  ) {}

  factory(): LoopFactory {
    if (this.own !== undefined) return this.own;
    if (this.seen >= PROMOTE_AFTER) return (this.own = compile(`/*${++serial}*/${this.text}`, this.arity, this.taps));
    let make = shared.get(this.text);
    if (make === undefined) {
      make = compile(this.text, this.arity, this.taps);
      if (shared.size >= MAX_SHARED) shared.delete(shared.keys().next().value!);
    } else {
      shared.delete(this.text);
    }
    shared.set(this.text, make);
    return make;
  }
}

/** The compiled loop of one pipeline with its closures. */
export class Kernel {
  #loop: Loop;

  constructor(
    private readonly pipeline: Pipeline,
    private readonly calls: readonly object[],
  ) {
    this.#loop = pipeline.factory()(runtime, ...calls);
  }

  run(state: unknown, a: unknown, from: number, to: number, b?: unknown): boolean {
    const { pipeline } = this;
    if (pipeline.seen < PROMOTE_AFTER && (pipeline.seen += to - from) >= PROMOTE_AFTER) {
      this.#loop = pipeline.factory()(runtime, ...this.calls);
    }
    return this.#loop(state, a, from, to, b);
  }
}

function compile(text: string, closures: number, taps: number): LoopFactory {
  const names = (letter: string, length: number) => Array.from({ length }, (_, i) => `${letter}${i}`);
  return new Function("rt", ...names("f", closures), ...names("t", taps), text) as LoopFactory;
}

/** The kernel that feeds input of this kind through `steps` into `sink`. */
export function kernelOf(kind: InputKind, steps: readonly Step[], sink: AnySink): Kernel {
  const { text, closures, taps } = generate(kind, steps, sink);
  return new Kernel(pipelineOf(text, closures, taps.length), taps.length === 0 ? closures : [...closures, ...taps]);
}

function pipelineOf(text: string, closures: readonly Function[], taps: number): Pipeline {
  if (closures.length === 0) return new Pipeline(text, 0, taps);
  const origins = closures.map(originOf);
  let known = pipelines.get(origins[0]!);
  if (known === undefined) pipelines.set(origins[0]!, (known = new Map()));
  let key = text;
  for (let i = 1; i < origins.length; i++) key += `,${closureId(origins[i]!)}`;
  let pipeline = known.get(key);
  if (pipeline === undefined) known.set(key, (pipeline = new Pipeline(text, closures.length, taps)));
  return pipeline;
}

function closureId(f: Function): number {
  let id = closureIds.get(f);
  if (id === undefined) closureIds.set(f, (id = ++lastClosureId));
  return id;
}
