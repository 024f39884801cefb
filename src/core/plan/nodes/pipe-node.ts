import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Writable } from "node:stream";
import { E } from "../../errors/engine-errors.js";
import { chunksOf } from "../../pipeline/evaluate.js";
import type { TaskContext } from "../../scheduler/task-context.js";
import { formatElement } from "../../util/format-element.js";
import type { Partition } from "../partition.js";
import type { PlanNode } from "../plan-node.js";
import { registerNode } from "../travel.js";
import { OneToOneNode } from "./one-to-one-node.js";

/** The lines that a process prints which gets the elements of a partition as lines. */
export class PipeNode extends OneToOneNode<unknown, string> {
  readonly kind = "PipedRDD";

  constructor(
    parent: PlanNode<unknown>,
    private readonly command: readonly string[],
    private readonly env: Readonly<Record<string, string>>,
  ) {
    super(parent);
  }

  override travel() {
    return { kind: "Pipe", data: { command: this.command, env: this.env } };
  }

  async *compute(split: Partition, context: TaskContext): AsyncGenerator<readonly string[]> {
    const [program, ...args] = this.command;
    const child = spawn(program!, args, { env: { ...process.env, ...this.env }, stdio: ["pipe", "pipe", "pipe"] });
    const exited = new Promise<number | string>((resolve, reject) => {
      child.once("error", error => reject(E.PIPE_NOT_STARTED.because(error, program!, error.message)));
      child.once("close", (code, signal) => resolve(code ?? signal ?? 0));
    });
    exited.catch(() => {});
    let complaint = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      complaint = (complaint + text).slice(-2000);
    });
    const fed = this.#feed(child.stdin, split, context);
    fed.catch(() => child.kill());
    try {
      for await (const line of createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY })) {
        context.check();
        yield [line];
      }
      const status = await exited;
      await fed;
      if (status !== 0) throw E.PIPE_FAILED(this.command.join(" "), status, complaint.trim());
    } finally {
      if (child.exitCode === null) child.kill();
    }
  }

  async #feed(stdin: Writable, split: Partition, context: TaskContext): Promise<void> {
    // A process that does not read to the end closes its input: that is its business, and the rest is not asked for.
    stdin.on("error", () => {});
    for await (const chunk of chunksOf(this.parent, split, context)) {
      if (chunk.length === 0) continue;
      const more = stdin.write(chunk.map(x => `${formatElement(x)}\n`).join(""));
      if (!more && !stdin.destroyed) {
        await new Promise<void>(resolve => {
          stdin.once("drain", resolve);
          stdin.once("close", resolve);
        });
      }
      if (stdin.destroyed) return;
    }
    stdin.end();
  }
}

registerNode("Pipe", ({ command, env }: { command: readonly string[]; env: Record<string, string> }, [parent]) => {
  return new PipeNode(parent as PlanNode<unknown>, command, env);
});
