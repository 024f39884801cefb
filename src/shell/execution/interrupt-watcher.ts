import { Worker } from "node:worker_threads";

/** Slots of the shared state. */
const ARMED = 0;
const SIGNALS = 1;
const HANDLED = 2;

/** How long the main thread may take to notice a SIGINT before it is taken to be in a loop, ms. */
const PATIENCE_MS = 200;

/**
 * Runs in a thread of its own. While armed it waits inside a script that SIGINT breaks: the signal is then not delivered to
 * the main thread, which may be in a loop, but told by a message; a main thread that does not answer is terminated out of
 * whatever it runs.
 */
const WATCH = `
const { Session } = require("node:inspector");
const { parentPort, workerData } = require("node:worker_threads");
const vm = require("node:vm");
const state = new Int32Array(workerData);
globalThis.wait = () => { while (Atomics.load(state, ${ARMED}) === 1) Atomics.wait(state, ${ARMED}, 1); };
const script = new vm.Script("wait()");
const inspector = new Session();
inspector.connectToMainThread();
for (;;) {
  Atomics.wait(state, ${ARMED}, 0);
  if (Atomics.load(state, ${ARMED}) === 2) break;
  try {
    script.runInThisContext({ breakOnSigint: true });
  } catch {
    const signal = Atomics.add(state, ${SIGNALS}, 1) + 1;
    parentPort.postMessage(signal);
    Atomics.wait(state, ${HANDLED}, signal - 1, ${PATIENCE_MS});
    if (Atomics.load(state, ${HANDLED}) < signal) {
      // Answers do not arrive while the main thread is in a loop, but what is posted is carried out, in order.
      inspector.post("Runtime.evaluate", { expression: 'globalThis[Symbol.for("tspark.unwind")]()' });
      inspector.post("Runtime.terminateExecution");
    }
  }
}
`;

const UNWIND = Symbol.for("tspark.unwind");

/**
 * What has to be done before a running function is terminated: while asynchronous contexts are followed, Node keeps a stack
 * of them, which termination leaves as it is, and ends the process when it finds it so. Node itself clears it in this way
 * after an uncaught exception; there is no public name for it.
 */
function installUnwind(): void {
  const { noDeprecation } = process;
  process.noDeprecation = true;
  try {
    const { binding } = process as unknown as { binding?: (name: string) => { clearAsyncIdStack?: () => void } };
    const clear = binding?.("async_wrap").clearAsyncIdStack;
    (globalThis as unknown as Record<symbol, () => void>)[UNWIND] = () => clear?.();
  } catch {
    (globalThis as unknown as Record<symbol, () => void>)[UNWIND] = () => {};
  } finally {
    process.noDeprecation = noDeprecation;
  }
}

/**
 * Tells of Ctrl-C while the main thread is busy, and ends a loop that blocks it, also after an `await`, where nothing in
 * this thread could. Standard input must not be in raw mode while it is armed.
 */
export class InterruptWatcher {
  readonly #state = new Int32Array(new SharedArrayBuffer(12));
  #worker: Worker | undefined;

  /** @param onInterrupt called in the main thread's event loop, once for each SIGINT */
  constructor(private readonly onInterrupt: () => void) {}

  /** From now on SIGINT comes here and nowhere else. The first call starts the thread. */
  arm(): void {
    Atomics.store(this.#state, ARMED, 1);
    Atomics.notify(this.#state, ARMED);
    if (this.#worker !== undefined) return;
    installUnwind();
    const worker = new Worker(WATCH, { eval: true, workerData: this.#state.buffer, stdin: false });
    worker.unref();
    worker.on("message", (signal: number) => {
      Atomics.store(this.#state, HANDLED, signal);
      Atomics.notify(this.#state, HANDLED);
      this.onInterrupt();
    });
    this.#worker = worker;
  }

  /** SIGINT goes where it went before. */
  disarm(): void {
    Atomics.store(this.#state, ARMED, 0);
    Atomics.notify(this.#state, ARMED);
  }

  async dispose(): Promise<void> {
    Atomics.store(this.#state, ARMED, 2);
    Atomics.notify(this.#state, ARMED);
    await this.#worker?.terminate();
    this.#worker = undefined;
  }
}
