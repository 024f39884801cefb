import { executionAsyncId } from "node:async_hooks";
import { Worker } from "node:worker_threads";
import { variableByInspector } from "../../core/closure/inspect-captures.js";
import { TaskContext } from "../../core/scheduler/task-context.js";

/** Slots of the shared state. */
const PONG = 0;
const WATCHING = 1;
const UNWOUND = 2;
const BROKEN = 3;
const WHERE = 4;
const ASKED = 5;
/** The thread's line to the debugger: not there yet, there, or never (again). */
const LINE = 6;
const EXPECTED = 7;

/** How long {@link LoopBreaker.start} waits for the thread to watch, ms; longer only on a machine that has no time for it at all. */
const READY_MS = 5000;

/** How long {@link LoopBreaker.leave} waits for the thread, ms. */
const LEAVE_MS = 2000;

/** How long the main thread may take to answer after a signal before it is taken to be in a loop, ms. */
const PATIENCE_MS = 200;

/** The same, once a loop was ended: what runs then is what tells of it, on a machine that may be slow. */
const LATER_PATIENCE_MS = 1500;

/**
 * So often a main thread that gives no sign of life is looked at while it goes from one thing to the next: it has much to do
 * (the ends of a hundred thousand jobs), which is not to be terminated in the middle, since Node does not survive that. It
 * is in the end all the same, or nothing would ever end it.
 */
const MOST_LOOKS = 50;

/** How often the main thread is asked for a sign of life while a terminal is in raw mode, ms. */
const HEARTBEAT_MS = 200;

/**
 * Runs in a thread of its own. Signals reach every event loop that listens to them, so this one hears of them while the main
 * thread is in a loop: a main thread that gives no sign of life is terminated out of whatever it runs, and its own handler of
 * the signal comes next. While the terminal is in raw mode Ctrl-C is no signal but a key, which nobody reads while the main
 * thread is in a loop: then this thread does.
 */
const WATCH = `
const { Session } = require("node:inspector");
const { readSync } = require("node:fs");
const { parentPort, workerData } = require("node:worker_threads");
const state = new Int32Array(workerData);
// Node tells its own workers' code of no signals; there is no public name for what does, and from Node 24 on no other.
const { Signal } = require("internal/test/binding").internalBinding("signal_wrap");
const inspector = new Session();
if (Atomics.compareExchange(state, ${LINE}, 0, 1) === 0) inspector.connectToMainThread();

let ping = 0;
const ask = () => parentPort.postMessage({ ping: ++ping });
const alive = () => Atomics.load(state, ${PONG}) >= ping;
const answers = patience => {
  const until = Date.now() + patience;
  for (let left = patience; left > 0 && !alive(); left = until - Date.now()) {
    Atomics.wait(state, ${PONG}, Atomics.load(state, ${PONG}), left);
  }
  return alive();
};

// Answers do not arrive while the main thread is in a loop, but what is posted is carried out there. It says itself when it
// has: what would be terminated is otherwise that.
const carryOut = (name, slot) => {
  const before = Atomics.load(state, slot);
  inspector.post("Runtime.evaluate", { expression: 'globalThis[Symbol.for("' + name + '")]()' });
  Atomics.wait(state, slot, before, ${PATIENCE_MS});
};
const whereabouts = () => {
  carryOut("tspark.where", ${ASKED});
  return Atomics.load(state, ${WHERE});
};

const breakLoop = () => {
  let looks = 0;
  for (let round = 0; round < 5; round++) {
    ask();
    if (answers(round === 0 ? ${PATIENCE_MS} : ${LATER_PATIENCE_MS})) return;
    // Nothing of the user's runs: what is busy is the shell itself, which hears of the signal when it is done.
    if (Atomics.load(state, ${EXPECTED}) === 0) return;
    const before = whereabouts();
    if (answers(20)) return;
    if (whereabouts() !== before && ++looks < ${MOST_LOOKS}) {
      round--;
      continue;
    }
    carryOut("tspark.unwind", ${UNWOUND});
    // Was it no loop, only a busy moment, it has answered by now.
    if (answers(20)) return;
    Atomics.store(state, ${BROKEN}, 1);
    inspector.post("Runtime.terminateExecution");
  }
};

const watch = new Set();
let timer;
let missed = 0;
const bytes = Buffer.alloc(4096);
const readKeys = () => {
  let read = 0;
  try {
    read = readSync(0, bytes, 0, bytes.length, null);
  } catch {
    return; // Nothing was typed.
  }
  const typed = bytes.subarray(0, read);
  const rest = typed.filter(byte => byte !== 3);
  if (rest.length > 0) parentPort.postMessage({ typed: Buffer.from(rest).toString("latin1") });
  if (rest.length < typed.length) process.kill(process.pid, "SIGINT");
};
const beat = () => {
  if (alive()) {
    missed = 0;
    ask();
  } else if (++missed >= 2) readKeys();
};

parentPort.on("message", ({ signal, keys, leave }) => {
  if (leave) {
    inspector.disconnect();
    Atomics.store(state, ${LINE}, 2);
    Atomics.notify(state, ${LINE});
  }
  if (signal !== undefined && !watch.has(signal)) {
    watch.add(signal);
    const handle = new Signal();
    handle.onsignal = breakLoop;
    handle.start(signal);
    Atomics.add(state, ${WATCHING}, 1);
    Atomics.notify(state, ${WATCHING});
  }
  if (keys !== undefined) {
    clearInterval(timer);
    missed = 0;
    timer = keys ? setInterval(beat, ${HEARTBEAT_MS}) : undefined;
  }
});
`;

/** What {@link WATCH} requires is found with the first; the second is for Node's remark on it. */
const INTERNALS = ["--expose-internals", "--no-warnings"];

const UNWIND = Symbol.for("tspark.unwind");
const WHEREABOUTS = Symbol.for("tspark.where");

const NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const;

/** A signal after which a loop is ended. */
export type BreakingSignal = keyof typeof NUMBERS;

/**
 * What has to be done before a running function is terminated: while asynchronous contexts are followed, Node keeps a stack
 * of them, which termination leaves as it is, and ends the process when it finds it so. Node itself clears it in this way
 * after an uncaught exception, in a function that has a name; what it calls for that has none.
 */
function asyncStackCleaner(): (() => void) | undefined {
  const { _fatalException: caught } = process as unknown as { _fatalException?: Function };
  const clear = caught && variableByInspector(caught, "clearAsyncIdStack");
  // A Node without it: what it is for may not be needed there either.
  return typeof clear === "function" ? () => clear() : undefined;
}

interface Told {
  readonly ping?: number;
  readonly typed?: string;
}

/**
 * Ends a loop that blocks the main thread when a signal comes, also after an `await`, where nothing in that thread could: the
 * handler of the signal runs then. One thread a process does it, from the first {@link start} to {@link dispose}; it keeps the
 * process alive, which waits for the signal.
 */
class LoopBreaker {
  readonly #state = new Int32Array(new SharedArrayBuffer(32));
  #worker: Worker | undefined;
  readonly #onBreak = new Set<() => void>();
  readonly #signals = new Set<BreakingSignal>();
  #onKeys: ((text: string) => void) | undefined;

  /**
   * From now on `signal` ends loops; who handles it is to listen to it. The first call starts the thread and returns when it
   * watches: what runs next may never give way. With `wait` false it returns at once.
   */
  start(signal: BreakingSignal, wait = true): void {
    this.#signals.add(signal);
    this.#post({ signal: NUMBERS[signal] });
    if (wait) this.ready();
  }

  /** Returns when the thread watches for every signal it was told of: one that came before would be heard by nobody. */
  ready(): void {
    if (this.#worker === undefined) return;
    for (let watched = 0; watched < this.#signals.size; watched = Atomics.load(this.#state, WATCHING)) {
      if (Atomics.wait(this.#state, WATCHING, watched, READY_MS) === "timed-out") return;
    }
  }

  /**
   * From now on code of the user's may run: only then a main thread that does not answer is in a loop of theirs. What is terminated
   * else is the shell's own work, which would never end. Returns what ends that.
   */
  expect(): () => void {
    Atomics.add(this.#state, EXPECTED, 1);
    let over = false;
    return () => {
      if (!over) Atomics.sub(this.#state, EXPECTED, 1);
      over = true;
    };
  }

  /** Calls `listener` in the middle of a loop that is about to be ended, in its asynchronous context. Returns what ends it. */
  onBreak(listener: () => void): () => void {
    this.#onBreak.add(listener);
    return () => this.#onBreak.delete(listener);
  }

  /** Whether a loop was ended since this was asked last. */
  takeBroken(): boolean {
    return Atomics.exchange(this.#state, BROKEN, 0) === 1;
  }

  /**
   * While the terminal is in raw mode: reads Ctrl-C from standard input when the main thread does not. `typed` gets what was
   * typed besides.
   */
  watchKeys(typed: (text: string) => void): void {
    this.#onKeys = typed;
    this.#post({ keys: true });
  }

  /** The terminal is not in raw mode any more. */
  ignoreKeys(): void {
    if (this.#onKeys === undefined) return;
    this.#onKeys = undefined;
    this.#post({ keys: false });
  }

  /** Ends the thread. */
  async dispose(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#onKeys = undefined;
    this.#signals.clear();
    this.#state.fill(0, 0, EXPECTED);
    await worker?.terminate();
  }

  /**
   * For a process that ends in this moment: where the thread still holds its line to the debugger, Node says that it waits for
   * that. Returns when it has let go of it.
   */
  leave(): void {
    if (this.#worker === undefined || Atomics.compareExchange(this.#state, LINE, 0, 2) !== 1) return;
    // It may be asking for a sign of life at this moment, after a signal that ends the process: from now on it has it.
    Atomics.store(this.#state, EXPECTED, 0);
    Atomics.store(this.#state, PONG, 2 ** 31 - 1);
    Atomics.notify(this.#state, PONG);
    this.#post({ leave: true });
    Atomics.wait(this.#state, LINE, 1, LEAVE_MS);
  }

  #post(message: { readonly signal?: number; readonly keys?: boolean; readonly leave?: boolean }): void {
    (this.#worker ??= this.#thread()).postMessage(message);
  }

  #thread(): Worker {
    const state = this.#state;
    const clear = asyncStackCleaner();
    const global = globalThis as unknown as Record<symbol, () => void>;
    global[WHEREABOUTS] = () => {
      Atomics.store(state, WHERE, executionAsyncId() | 0);
      Atomics.add(state, ASKED, 1);
      Atomics.notify(state, ASKED);
    };
    global[UNWIND] = () => {
      for (const listener of this.#onBreak) listener();
      TaskContext.terminating();
      clear?.();
      Atomics.add(state, UNWOUND, 1);
      Atomics.notify(state, UNWOUND);
    };
    const worker = new Worker(WATCH, { eval: true, workerData: state.buffer, stdin: false, execArgv: INTERNALS });
    worker.on("message", ({ ping, typed }: Told) => {
      if (ping !== undefined) {
        Atomics.store(state, PONG, ping);
        Atomics.notify(state, PONG);
      }
      if (typed !== undefined) this.#onKeys?.(Buffer.from(typed, "latin1").toString("utf8"));
    });
    return worker;
  }
}

/** The one of this process. */
export const loopBreaker = new LoopBreaker();
