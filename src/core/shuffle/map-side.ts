import { Refusal } from "../closure/refusal.js";
import { getLogger } from "../log/logger.js";
import type { MemoryConsumer } from "../memory/task-memory.js";
import type { Sink } from "../pipeline/codegen.js";
import type { TaskContext } from "../scheduler/task-context.js";
import type { FileBlock } from "./columns/column.js";
import type { OutputFile } from "./output-file.js";
import type { ShuffleBlock } from "./shuffle-block.js";

const log = getLogger("ExternalSorter");

/** What a map task hands over: a block for each reduce partition, and what it had to put into a file before. */
export interface MapOutput {
  readonly blocks: readonly (ShuffleBlock | undefined)[];
  readonly file?: OutputFile;
}

/** The map side of a shuffle before it is told how to spill: its state can be made blocks at any time. */
export interface MapSink<S> extends Sink<S, readonly (ShuffleBlock | undefined)[]> {
  /** About how many bytes the state takes. */
  size(state: S): number;
  /** Empties the state, whose blocks were taken. */
  reset(state: S): void;
}

interface Spilling<S> {
  readonly inner: S;
  readonly memory: MemoryConsumer;
  writer: OutputWriter | undefined;
  stuck: boolean;
}

/** The sink, which puts its blocks into a file whenever they do not fit into the task's memory. */
export function spillingSink<S extends object>(sink: MapSink<S>, context: TaskContext): Sink<S, MapOutput> {
  const states = new WeakMap<S, Spilling<S>>();
  return {
    ...sink,
    open() {
      const inner = sink.open();
      states.set(inner, { inner, memory: context.memory.consumer(), writer: undefined, stuck: false });
      return inner;
    },
    check(state) {
      sink.check?.(state);
      const own = states.get(state)!;
      const size = sink.size(state);
      if (own.stuck || own.memory.fits(size)) return;
      const blocks = sink.close(state);
      try {
        own.writer ??= new OutputWriter(context);
        own.writer.write(blocks);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        log.warn(`A map output stays in memory, it cannot be spilled: ${error.message}`);
        own.stuck = true;
        return;
      }
      context.metrics.memoryBytesSpilled += Math.round(size);
      sink.reset(state);
      own.memory.fits(0);
    },
    close(state) {
      const { memory, writer } = states.get(state)!;
      const blocks = sink.close(state);
      memory.release();
      if (writer === undefined) return { blocks };
      return { blocks, file: writer.finish() };
    },
  };
}

/** Gathers the blocks of one map task in a file. */
class OutputWriter {
  readonly #file;
  readonly #blocks: FileBlock[][] = [];

  constructor(private readonly context: TaskContext) {
    this.#file = context.environment.spills.ofTask(context);
  }

  write(blocks: readonly (ShuffleBlock | undefined)[]): void {
    const { file } = this.#file;
    const before = file.bytes;
    const written = Array.from(blocks, block => (block === undefined ? [] : file.append(block)));
    for (const [r, some] of written.entries()) (this.#blocks[r] ??= []).push(...some);
    this.context.metrics.diskBytesSpilled += file.bytes - before;
  }

  finish(): OutputFile {
    const { file, keep } = this.#file;
    keep();
    return { paths: [file.path], blocks: this.#blocks };
  }
}
