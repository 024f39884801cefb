import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { getLogger } from "../../core/log/logger.js";
import type { CommittedCell } from "../cells/names.js";
import { E } from "../errors.js";
import type { ServiceStart } from "./language-type-service.js";
import { lineReader, type ServiceCalls, type ServiceReply } from "./protocol.js";
import { type ServiceProcess, spawnService } from "./service-process.js";
import type {
  CellOutcome,
  CompiledCell,
  CompileOptions,
  Completeness,
  Completions,
  DocAnswer,
  RejectedCell,
  TypeAnswer,
  TypeService,
} from "./type-service.js";
import type { TypeSnapshot } from "./type-snapshot.js";

const log = getLogger("TypeService");

/** The child is not started again when it ends this often without having answered anything in between. */
const MOST_FAILED_STARTS = 3;

/** Signals that others send; those of a process that cannot go on are others. */
const KILLS: ReadonlySet<NodeJS.Signals | null> = new Set(["SIGKILL", "SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"]);

export interface RemoteTypeServiceOptions {
  /** The user's folder. */
  readonly directory: string;
  /** Only syntax is checked. Default false. */
  readonly transpileOnly?: boolean;
  /** What the child starts from where it exists. Without one it starts plainly. */
  readonly snapshot?: TypeSnapshot | undefined;
  /** The first child, where it was started already. */
  readonly process?: ServiceProcess;
  /** Has the snapshot made, when there is none, after the first answer. Default false. */
  readonly makeSnapshot?: boolean;
}

interface PendingCall {
  readonly line: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The type service in a child process, which starts at once and loads while the prompt is already there. When it is killed
 * it is started again, its declarations are told to it anew, and what it was asked is asked again.
 */
export class RemoteTypeService implements TypeService {
  readonly #start: ServiceStart;
  #snapshot: TypeSnapshot | undefined;
  #makeSnapshot: boolean;
  /** The child that runs started from the snapshot and has not answered yet. */
  #unproven = false;
  readonly #pending = new Map<number, PendingCall>();
  readonly #committed: CommittedCell[] = [];
  #child: ChildProcess;
  #calls = 0;
  #failedStarts = 0;
  /** Counts the children, so that a commit goes to the one that compiled. */
  #generation = 0;
  #disposed = false;
  #gone: Error | undefined;
  #compiled: { cell: CompiledCell; checked: string; directory: string | undefined; generation: number } | undefined;

  constructor(options: RemoteTypeServiceOptions) {
    this.#start = { directory: options.directory, transpileOnly: options.transpileOnly ?? false };
    this.#snapshot = options.snapshot;
    this.#makeSnapshot = options.makeSnapshot ?? false;
    this.#child = this.#spawn(options.process);
  }

  /** The child's process id, for tests and for `:why`. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether the child that runs began from the snapshot. */
  get fromSnapshot(): boolean {
    return this.#child.spawnargs.includes("--snapshot-blob");
  }

  async compile(input: string, options: CompileOptions = {}): Promise<CompiledCell | RejectedCell> {
    const reply = await this.#call("compile", [input, options]);
    if (reply.status === "rejected") return reply;
    const { checked, ...cell } = reply;
    this.#compiled = { cell, checked, directory: options.directory, generation: this.#generation };
    return cell;
  }

  async commit(outcome: CellOutcome): Promise<void> {
    const compiled = this.#compiled;
    if (compiled === undefined) return;
    this.#compiled = undefined;
    const { id, statements, mutations } = compiled.cell;
    const committed = { id, text: compiled.checked, directory: compiled.directory, statements, outcome, mutations };
    const at = this.#committed.push(committed) - 1;
    if (compiled.generation !== this.#generation) {
      await this.#call("restore", [[committed]]);
      return;
    }
    const text = await this.#call("commit", [outcome]);
    if (text !== undefined && this.#committed[at] === committed) this.#committed[at] = { ...committed, text };
  }

  completeness(text: string): Promise<Completeness> {
    return this.#call("completeness", [text]);
  }

  statementEnds(text: string, final: boolean): Promise<readonly number[]> {
    return this.#call("statementEnds", [text, final]);
  }

  typeOf(expression: string): Promise<TypeAnswer> {
    return this.#call("typeOf", [expression]);
  }

  complete(text: string, cursor: number): Promise<Completions> {
    return this.#call("complete", [text, cursor]);
  }

  doc(name: string): Promise<DocAnswer> {
    return this.#call("doc", [name]);
  }

  async reset(): Promise<void> {
    this.#committed.length = 0;
    await this.#call("reset", []);
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    const { exitCode, signalCode } = this.#child;
    const ended = exitCode !== null || signalCode !== null;
    const exit = ended ? undefined : new Promise<void>(resolve => this.#child.once("exit", () => resolve()));
    this.#child.ref();
    this.#child.kill("SIGKILL");
    await exit;
    for (const call of this.#pending.values()) call.reject(E.TYPE_SERVICE_GONE("it was ended"));
    this.#pending.clear();
  }

  #call<K extends keyof ServiceCalls>(op: K, args: ServiceCalls[K]["args"]): Promise<ServiceCalls[K]["result"]> {
    return new Promise((resolve, reject) => {
      if (this.#gone !== undefined) {
        reject(this.#gone);
        return;
      }
      const id = ++this.#calls;
      const line = `${JSON.stringify({ id, op, args })}\n`;
      this.#pending.set(id, { line, resolve: resolve as (result: unknown) => void, reject });
      this.#hold();
      this.#child.stdin?.write(line);
    });
  }

  #spawn(started: ServiceProcess = spawnService(this.#snapshot)): ChildProcess {
    const { child, fromSnapshot } = started;
    this.#unproven = fromSnapshot;
    child.stdout?.setEncoding("utf8");
    child.stdout?.on(
      "data",
      lineReader(line => this.#take(JSON.parse(line) as ServiceReply)),
    );
    child.stdin?.on("error", () => {
      // It is ending: its exit is what counts.
    });
    child.on("error", error => this.#ended(child, error.message));
    child.on("exit", (code, signal) => {
      // A blob that is torn, or another Node's, ends the process that starts from it: nobody needs to know.
      if (this.#unproven && child === this.#child && !this.#disposed && !KILLS.has(signal)) {
        this.#snapshot?.discard();
        this.#replace();
      } else this.#ended(child, signal ?? `exit code ${code}`);
    });
    this.#generation++;
    this.#child = child;
    this.#hold();
    child.stdin?.write(`${JSON.stringify({ id: 0, op: "start", args: [this.#start] })}\n`);
    return child;
  }

  #take(reply: ServiceReply): void {
    if (this.#unproven) {
      this.#unproven = false;
      this.#makeSnapshot = false;
      this.#snapshot?.used();
    }
    const call = this.#pending.get(reply.id);
    if (call === undefined) return;
    this.#pending.delete(reply.id);
    this.#failedStarts = 0;
    this.#hold();
    if (this.#makeSnapshot) {
      this.#makeSnapshot = false;
      this.#snapshot?.makeInBackground();
    }
    if (reply.fault === undefined) call.resolve(reply.result);
    else call.reject(E.TYPE_SERVICE_FAULT(reply.fault));
  }

  #ended(child: ChildProcess, why: string): void {
    if (this.#disposed || child !== this.#child) return;
    if (++this.#failedStarts > MOST_FAILED_STARTS) {
      this.#gone = E.TYPE_SERVICE_GONE(why);
      for (const call of this.#pending.values()) call.reject(this.#gone);
      this.#pending.clear();
      return;
    }
    log.warn(`the type service ended (${why}); it is started again with the session's declarations`);
    this.#replace();
  }

  /** Starts another child, which is told and asked all that the one before was. */
  #replace(): void {
    const waiting = [...this.#pending.values()];
    const next = this.#spawn();
    // Not in the list of pending calls: should this one die too, the cells are told anew.
    next.stdin?.write(`${JSON.stringify({ id: 0, op: "restore", args: [this.#committed] })}\n`);
    for (const call of waiting) next.stdin?.write(call.line);
  }

  /** The child keeps this process alive only while it owes an answer. */
  #hold(): void {
    const busy = this.#pending.size > 0;
    for (const part of [this.#child, this.#child.stdin as Socket | null, this.#child.stdout as Socket | null]) {
      if (busy) part?.ref();
      else part?.unref();
    }
  }
}
