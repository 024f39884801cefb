import { javaRegExp } from "../conf/java-reg-exp.js";
import type { Step } from "./codegen.js";
import { recordText } from "./record-text.js";
import type { SampleSettings } from "./sample-settings.js";

/** Records as text by the id of the RDD that they are elements of. */
export type SampledRecords = ReadonlyMap<number, readonly string[]>;

/**
 * The first records that pass each operator of one task, as text without secrets. A task that has none runs the very loop
 * it would run if there were no such thing.
 */
export class TaskSamples {
  readonly #secret: RegExp;
  readonly #rows = new Map<number, string[]>();

  constructor(readonly settings: SampleSettings) {
    this.#secret = patternOf(settings.redaction);
  }

  /**
   * The step that keeps what passes it as records of an RDD; `undefined` where another one does so already: a partition that
   * is computed for the cache goes by twice.
   */
  step(rddId: number): Step | undefined {
    if (this.#rows.has(rddId)) return undefined;
    const rows: string[] = [];
    this.#rows.set(rddId, rows);
    const tap: Tap = {
      left: this.settings.limit,
      take: record => {
        tap.left--;
        rows.push(recordText(record, this.#secret));
      },
    };
    return tapStep(tap);
  }

  /** What was kept so far; `undefined` where nothing was. */
  get records(): SampledRecords | undefined {
    const kept = [...this.#rows].filter(([, rows]) => rows.length > 0);
    return kept.length === 0 ? undefined : new Map(kept);
  }

  /** Takes what another thread kept for this task. */
  adopt(records: SampledRecords): void {
    for (const [id, rows] of records) this.#rows.set(id, [...rows]);
  }
}

/** What the generated code looks at: how many more records are wanted. */
interface Tap {
  left: number;
  take(record: unknown): void;
}

function tapStep(tap: Tap): Step {
  return {
    emit(x, g, next) {
      const t = g.tap(tap);
      return `if(${t}.left>0)${t}.take(${g.one(x)});${next(x)}`;
    },
  };
}

let known: { readonly text: string; readonly pattern: RegExp } | undefined;

function patternOf(text: string): RegExp {
  if (known?.text !== text) known = { text, pattern: javaRegExp(text) };
  return known.pattern;
}
