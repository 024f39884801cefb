import type ts from "typescript";
import type { TypeScript } from "../types/typescript.js";
import { type Finding, findingAt } from "./finding.js";

/** A file of a program with the types of its program. */
export interface CheckedFile {
  readonly source: ts.SourceFile;
  readonly checker: ts.TypeChecker;
}

/** Methods that make a stream do something. */
const OUTPUTS = /^(?:print|foreachRDD|saveAs\w+|live|plot|toDashboard)$/;
/** Calls with durations, by the places of the window and of the slide among their arguments. */
const WINDOWS: ReadonlyMap<string, (args: readonly ts.Expression[]) => readonly ts.Expression[]> = new Map([
  ["window", args => args.slice(0, 2)],
  ["groupByKeyAndWindow", args => args.slice(0, 2)],
  ["countByWindow", args => args.slice(0, 2)],
  ["countByValueAndWindow", args => args.slice(0, 2)],
  ["reduceByWindow", args => args.slice(1, 4)],
  ["reduceByKeyAndWindow", args => args.slice(1, 4)],
]);
const UNITS: Readonly<Record<string, number>> = { Milliseconds: 1, Seconds: 1000, Minutes: 60_000 };

/** A call of a method of a stream or of a streaming context. */
interface Call {
  readonly node: ts.CallExpression;
  readonly source: ts.SourceFile;
  readonly on: "stream" | "context";
  readonly method: string;
}

/**
 * What of the rules for graphs of streams can be seen in the text of a program: that something is put out before the start, that
 * states have a checkpoint directory, and that windows written as `Seconds(3)` are multiples of the batch.
 *
 * @param batchMs the batch of the shell's own context, ms
 */
export function streamFindings(t: TypeScript, files: readonly CheckedFile[], batchMs: number): Finding[] {
  const calls = files.flatMap(file => streamCalls(t, file));
  const findings: Finding[] = [];
  const find = ({ node, source }: Pick<Call, "source"> & { readonly node: ts.Node }, message: string) =>
    findings.push(findingAt(source, node, message));

  const start = calls.find(call => call.on === "context" && call.method === "start");
  const puts =
    calls.some(call => call.on === "stream" && OUTPUTS.test(call.method)) ||
    mentions(files, /\b(?:Kafka|Kinesis|Jdbc)Utils\.save/);
  if (start && !puts)
    find(start, "no output operation is registered, so nothing would run: add print() or foreachRDD(f)");

  const checkpointed =
    calls.some(c => c.on === "context" && c.method === "checkpoint") || mentions(files, /\.getOrCreate\(/);
  for (const call of calls) {
    if (call.on !== "stream") continue;
    const args = call.node.arguments;
    const keepsState = call.method === "updateStateByKey" || call.method === "mapWithState";
    const inverse = /^reduceBy(?:Key)?(?:And)?Window$/.test(call.method) && isFunction(t, files, args[1]);
    if ((keepsState || inverse) && !checkpointed) {
      find(call, `${call.method} keeps state, which needs a checkpoint directory: ssc.checkpoint("…")`);
    }
    const batch = batchOf(t, files, batchMs);
    for (const duration of WINDOWS.get(call.method)?.(args) ?? []) {
      const ms = durationOf(t, duration);
      if (ms === undefined || batch === undefined || (ms > 0 && ms % batch === 0)) continue;
      find(
        { source: call.source, node: duration },
        `${ms} ms is no multiple of the batch, ${batch} ms: windows and slides are`,
      );
    }
  }
  return findings;
}

function streamCalls(t: TypeScript, { source, checker }: CheckedFile): Call[] {
  const calls: Call[] = [];
  const visit = (node: ts.Node): void => {
    if (t.isCallExpression(node) && t.isPropertyAccessExpression(node.expression)) {
      const { expression, name } = node.expression;
      const type = checker.getTypeAtLocation(expression);
      const has = (member: string) => type.getProperty(member) !== undefined;
      if (has("foreachRDD")) calls.push({ node, source, on: "stream", method: name.text });
      else if (has("awaitTermination")) calls.push({ node, source, on: "context", method: name.text });
    }
    t.forEachChild(node, visit);
  };
  visit(source);
  return calls;
}

function mentions(files: readonly CheckedFile[], pattern: RegExp): boolean {
  return files.some(({ source }) => pattern.test(source.text));
}

function isFunction(t: TypeScript, files: readonly CheckedFile[], node: ts.Expression | undefined): boolean {
  if (node === undefined) return false;
  if (t.isArrowFunction(node) || t.isFunctionExpression(node)) return true;
  return files[0]!.checker.getTypeAtLocation(node).getCallSignatures().length > 0;
}

/** `Seconds(3)` in ms; undefined for what is not written as a number. */
function durationOf(t: TypeScript, node: ts.Expression): number | undefined {
  if (!t.isCallExpression(node) || !t.isIdentifier(node.expression)) return undefined;
  const unit = UNITS[node.expression.text];
  const [amount] = node.arguments;
  return unit !== undefined && amount && t.isNumericLiteral(amount) ? unit * Number(amount.text) : undefined;
}

/** The batch: that of the one context the program makes, else the shell's; undefined where it cannot be seen. */
function batchOf(t: TypeScript, files: readonly CheckedFile[], shellMs: number): number | undefined {
  const made: (number | undefined)[] = [];
  const visit = (node: ts.Node): void => {
    if (t.isNewExpression(node) && node.expression.getText() === "StreamingContext") {
      const duration = node.arguments?.[1];
      made.push(duration && durationOf(t, duration));
    }
    t.forEachChild(node, visit);
  };
  for (const { source } of files) visit(source);
  if (made.length === 0) return shellMs;
  return made.length === 1 ? made[0] : undefined;
}
