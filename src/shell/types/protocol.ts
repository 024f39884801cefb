import type { CommittedCell } from "../cells/names.js";
import type { ServiceStart } from "./language-type-service.js";
import type { CompiledCell, RejectedCell, TypeService } from "./type-service.js";

/** What the child is asked, by name, with the arguments of each call. One JSON text a line, in both directions. */
export interface ServiceCalls {
  /** The first call of all. */
  start: { args: [start: ServiceStart]; result: void };
  compile: { args: Parameters<TypeService["compile"]>; result: CompileReply };
  /** Gives the text under which the cell is known from now on. */
  commit: { args: Parameters<TypeService["commit"]>; result: string | undefined };
  completeness: {
    args: Parameters<TypeService["completeness"]>;
    result: Awaited<ReturnType<TypeService["completeness"]>>;
  };
  statementEnds: {
    args: Parameters<TypeService["statementEnds"]>;
    result: Awaited<ReturnType<TypeService["statementEnds"]>>;
  };
  typeOf: { args: Parameters<TypeService["typeOf"]>; result: Awaited<ReturnType<TypeService["typeOf"]>> };
  complete: { args: Parameters<TypeService["complete"]>; result: Awaited<ReturnType<TypeService["complete"]>> };
  doc: { args: Parameters<TypeService["doc"]>; result: Awaited<ReturnType<TypeService["doc"]>> };
  reset: { args: []; result: void };
  /** Rebuilds a session whose service died. */
  restore: { args: [cells: readonly CommittedCell[]]; result: void };
}

/** A compiled cell with the text that {@link ServiceCalls.restore} needs. */
export type CompileReply = (CompiledCell & { readonly checked: string }) | RejectedCell;

export type ServiceCall = {
  [K in keyof ServiceCalls]: { readonly id: number; readonly op: K; readonly args: ServiceCalls[K]["args"] };
}[keyof ServiceCalls];

export interface ServiceReply {
  readonly id: number;
  readonly result?: unknown;
  /** A fault of the service itself, never one of the input. */
  readonly fault?: string;
}

/** Cuts a stream of text into lines. */
export function lineReader(take: (line: string) => void): (chunk: string) => void {
  // The beginnings of a line that has not ended: a line of megabytes comes in hundreds of chunks, each looked at once.
  let begun: string[] = [];
  return chunk => {
    const [first, ...more] = chunk.split("\n");
    begun.push(first!);
    if (more.length === 0) return;
    const last = more.pop()!;
    take(begun.join(""));
    for (const line of more) take(line);
    begun = [last];
  };
}
