import { E } from "../../errors/engine-errors.js";
import { PoolWorker } from "./pool-worker.js";

/** Up to `size` workers, started when they are first needed. */
export class WorkerPool {
  readonly #all = new Set<PoolWorker>();
  readonly #idle: PoolWorker[] = [];
  readonly #waiting: ((worker: PoolWorker) => void)[] = [];
  #stopped = false;

  constructor(
    readonly size: number,
    private readonly entry: URL,
  ) {}

  /** Whether a worker has been started. */
  get isWarm(): boolean {
    return this.#all.size > 0;
  }

  get workers(): Iterable<PoolWorker> {
    return this.#all;
  }

  /** A worker that runs nothing else until it is given back. */
  async take(): Promise<PoolWorker> {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (!idle.dead) return idle;
      this.#all.delete(idle);
    }
    if (this.#stopped) throw E.TASK_KILLED("the context has stopped");
    if (this.#all.size < this.size) return this.#start();
    return new Promise(resolve => this.#waiting.push(resolve));
  }

  giveBack(worker: PoolWorker): void {
    if (worker.dead) this.#all.delete(worker);
    if (this.#stopped) return;
    const next = this.#waiting.shift();
    if (next !== undefined) next(worker.dead ? this.#start() : worker);
    else if (!worker.dead) this.#idle.push(worker);
  }

  #start(): PoolWorker {
    const worker = new PoolWorker(this.entry);
    this.#all.add(worker);
    return worker;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#all].map(w => w.stop()));
    this.#all.clear();
    this.#idle.length = 0;
  }
}
