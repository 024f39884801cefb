import { SystemClock, type Timer } from "../../core/clock/clock.js";
import { giveBackMemory } from "./give-back-memory.js";
import type { LanguageTypeService } from "./language-type-service.js";
import { lineReader, type ServiceCall, type ServiceReply } from "./protocol.js";

/** After so long without a question, in ms, memory that is not needed any more is given back… */
const IDLE_MS = 5000;
/** …where there is more than this of it, in bytes: it takes a tenth of a second, in which somebody may type again. */
const MUCH = 170_000_000;

/**
 * Answers calls from `input` on `output`, one after the other, until `input` ends. The service may have been made before,
 * in a start-up snapshot.
 */
export function serve(
  service: LanguageTypeService,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  end: () => void,
): void {
  const idle = new Idle();
  let queue = Promise.resolve();
  input.setEncoding("utf8");
  input.on(
    "data",
    lineReader(line => {
      const call = JSON.parse(line) as ServiceCall;
      queue = queue.then(async () => {
        let reply: ServiceReply;
        try {
          reply = { id: call.id, result: await answer(service, call) };
        } catch (error) {
          reply = { id: call.id, fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
        }
        output.write(`${JSON.stringify(reply)}\n`);
        idle.begins();
      });
    }),
  );
  input.on("end", end);
  input.on("error", end);
}

/** Each line replaces a program of some megabytes; V8 by itself keeps what it had for them. */
class Idle {
  readonly #clock = new SystemClock({ unref: true });
  #timer: Timer | undefined;

  begins(): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.at(this.#clock.now() + IDLE_MS, () => {
      if (process.memoryUsage.rss() >= MUCH) giveBackMemory();
    });
  }
}

async function answer(service: LanguageTypeService, call: ServiceCall): Promise<unknown> {
  switch (call.op) {
    case "start":
      return service.start(...call.args);
    case "compile": {
      const reply = await service.compile(...call.args);
      return reply.status === "compiled" ? { ...reply, checked: service.pendingText } : reply;
    }
    case "commit":
      await service.commit(...call.args);
      return service.committedText;
    case "completeness":
      return service.completeness(...call.args);
    case "statementEnds":
      return service.statementEnds(...call.args);
    case "typeOf":
      return service.typeOf(...call.args);
    case "complete":
      return service.complete(...call.args);
    case "doc":
      return service.doc(...call.args);
    case "reset":
      return service.reset();
    case "restore":
      return service.restore(...call.args);
  }
}
