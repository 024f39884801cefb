import type { Step } from "./codegen.js";

/** `map(f)` */
const mapStep = (f: Function): Step => ({
  emit(x, g, next) {
    const y = g.fresh();
    return `const ${y}=${g.closure(f)}(${g.one(x)});${next({ one: y })}`;
  },
});

/** `filter(f)` */
const filterStep = (f: Function): Step => ({
  emit(x, g, next) {
    const [y, c] = [g.fresh(), g.fresh()];
    // A promise is truthy, whatever it will hold: rt.truthy refuses it.
    const test = `const ${c}=${g.closure(f)}(${y});if(${c}===true||(${c}!==false&&rt.truthy(${c})))`;
    return `const ${y}=${g.one(x)};${test}{${next({ one: y })}}`;
  },
});

/** `flatMap(f)`: an array is walked by index, any other iterable one element at a time. */
const flatMapStep = (operation: string, f: Function): Step => ({
  emit(x, g, next) {
    const r = g.fresh();
    return `const ${r}=${g.closure(f)}(${g.one(x)});${walk(operation, r, g, y => next({ one: y }))}`;
  },
});

function walk(operation: string, r: string, g: { fresh(): string }, next: (y: string) => string): string {
  const [isArray, iterator, j, y, step] = [g.fresh(), g.fresh(), g.fresh(), g.fresh(), g.fresh()];
  return (
    `const ${isArray}=Array.isArray(${r});const ${iterator}=${isArray}?undefined:rt.iterator(${r},${JSON.stringify(operation)});` +
    `for(let ${j}=0;;${j}++){let ${y};if(${isArray}){if(${j}>=${r}.length)break;${y}=${r}[${j}];}` +
    `else{const ${step}=${iterator}.next();if(${step}.done)break;${y}=${step}.value;}${next(y)}}`
  );
}

/** `mapValues(f)` */
const mapValuesStep = (f: Function): Step => ({
  emit(x, g, next) {
    const [k, v] = [g.fresh(), g.fresh()];
    return `${g.pairCheck(x)}const ${k}=${g.key(x)},${v}=${g.closure(f)}(${g.value(x)});${next({ key: k, value: v })}`;
  },
});

/** `flatMapValues(f)` */
const flatMapValuesStep = (f: Function): Step => ({
  emit(x, g, next) {
    const [k, r] = [g.fresh(), g.fresh()];
    const many = walk("flatMapValues", r, g, y => next({ key: k, value: y }));
    return `${g.pairCheck(x)}const ${k}=${g.key(x)},${r}=${g.closure(f)}(${g.value(x)});${many}`;
  },
});

/** `keyBy(f)` */
const keyByStep = (f: Function): Step => ({
  emit(x, g, next) {
    const [v, k] = [g.fresh(), g.fresh()];
    return `const ${v}=${g.one(x)},${k}=${g.closure(f)}(${v});${next({ key: k, value: v })}`;
  },
});

/** `keys()` */
const keysStep: Step = { emit: (x, g, next) => `${g.pairCheck(x)}${next({ one: g.key(x) })}` };

/** `values()` */
const valuesStep: Step = { emit: (x, g, next) => `${g.pairCheck(x)}${next({ one: g.value(x) })}` };

/** Each element becomes a key without a value: the way in of `distinct`. */
const asKeyStep: Step = { emit: (x, g, next) => next({ key: g.one(x), value: "undefined" }) };

/** The steps by name: a plan names its steps, so that it can be sent to another thread. */
const STEPS = {
  map: (f: Function) => mapStep(f),
  filter: (f: Function) => filterStep(f),
  flatMap: (f: Function) => flatMapStep("flatMap", f),
  mapValues: (f: Function) => mapValuesStep(f),
  flatMapValues: (f: Function) => flatMapValuesStep(f),
  keyBy: (f: Function) => keyByStep(f),
  keys: () => keysStep,
  values: () => valuesStep,
  asKey: () => asKeyStep,
} as const;

export type StepName = keyof typeof STEPS;

export function stepOf(name: StepName, closures: readonly Function[]): Step {
  return (STEPS[name] as (...closures: readonly Function[]) => Step)(...closures);
}
