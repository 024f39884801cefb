import { Worker } from "node:worker_threads";

/** Slots of the shared state. */
const ARMED = 0;
const SIGNALS = 1;
const HANDLED = 2;
const WATCHING = 3;
const UNWOUND = 4;

/** How long `arm` waits for the thread to watch, ms; longer only on a machine that has no time for it at all. */
const READY_MS = 250;

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
globalThis.wait = () => {
  Atomics.store(state, ${WATCHING}, 1);
  Atomics.notify(state, ${WATCHING});
  while (Atomics.load(state, ${ARMED}) === 1) Atomics.wait(state, ${ARMED}, 1);
  Atomics.store(state, ${WATCHING}, 0);
};
const script = new vm.Script("wait()");
const inspector = new Session();
inspector.connectToMainThread();
for (;;) {
  Atomics.wait(state, ${ARMED}, 0);
  if (Atomics.load(state, ${ARMED}) === 2) break;
  try {
    script.runInThisContext({ breakOnSigint: true });
  } catch {
    Atomics.store(state, ${WATCHING}, 0);
    const signal = Atomics.add(state, ${SIGNALS}, 1) + 1;
    parentPort.postMessage(signal);
    Atomics.wait(state, ${HANDLED}, signal - 1, ${PATIENCE_MS});
    if (Atomics.load(state, ${HANDLED}) < signal) {
      // Answers do not arrive while the main thread is in a loop, but what is posted is carried out there. It says itself
      // when it has: what would be terminated is otherwise the unwinding.
      const unwound = Atomics.load(state, ${UNWOUND});
      inspector.post("Runtime.evaluate", { expression: 'globalThis[Symbol.for("tspark.unwind")]()' });
      Atomics.wait(state, ${UNWOUND}, unwound, ${PATIENCE_MS});
      // Was it no loop, only a busy moment, it has heard of the signal by now.
      Atomics.wait(state, ${HANDLED}, signal - 1, 20);
      if (Atomics.load(state, ${HANDLED}) < signal) inspector.post("Runtime.terminateExecution");
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
function installUnwind(state: Int32Array): void {
  const { noDeprecation } = process;
  process.noDeprecation = true;
  let clear: (() => void) | undefined;
  try {
    const { binding } = process as unknown as { binding?: (name: string) => { clearAsyncIdStack?: () => void } };
    clear = binding?.("async_wrap").clearAsyncIdStack;
  } catch {
    // A Node without it: what it is for may not be needed there either.
  } finally {
    process.noDeprecation = noDeprecation;
  }
  (globalThis as unknown as Record<symbol, () => void>)[UNWIND] = () => {
    clear?.();
    Atomics.add(state, UNWOUND, 1);
    Atomics.notify(state, UNWOUND);
  };
}

/**
 * Tells of Ctrl-C while the main thread is busy, and ends a loop that blocks it, also after an `await`, where nothing in
 * this thread could. Standard input must not be in raw mode while it is armed.
 */
export class InterruptWatcher {
  readonly #state = new Int32Array(new SharedArrayBuffer(20));
  #worker: Worker | undefined;

  /** @param onInterrupt called in the main thread's event loop, once for each SIGINT */
  constructor(private readonly onInterrupt: () => void) {}

  /**
   * From now on SIGINT comes here and nowhere else. The first call starts the thread. Returns when it watches: a Ctrl-C
   * right after would otherwise be lost, and the code that runs next may never give way.
   */
  arm(): void {
    Atomics.store(this.#state, ARMED, 1);
    Atomics.notify(this.#state, ARMED);
    if (this.#worker === undefined) this.#start();
    Atomics.wait(this.#state, WATCHING, 0, READY_MS);
  }

  #start(): void {
    installUnwind(this.#state);
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
