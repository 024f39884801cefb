import { freeVariables } from "./free-variables.js";
import { GLOBALS } from "./globals.js";
import { SYNCHRONOUS_OPERATIONS, TASK_OPERATIONS } from "./operations.js";
import type { TypeScript, ts } from "./typescript.js";

/** What is likely wrong with a closure that is passed to an operation of an RDD or a stream. */
export interface ClosureNotice {
  readonly code: "ASSIGNS_CAPTURED" | "ASYNC_CLOSURE";
  /** The file's name. */
  readonly file: string;
  /** Where it is: offset and length in the file's text. */
  readonly start: number;
  readonly length: number;
  /** The variable that is assigned to, or the operation. */
  readonly name: string;
  /** The operation the closure is passed to, `map`. */
  readonly operation: string;
  /** One or two sentences: what happens, and what to write instead. */
  readonly message: string;
}

/**
 * Finds closures of RDD and stream operations that assign to a captured variable, or that are async where nobody awaits
 * them.
 *
 * @param file a source file with parent pointers
 * @param checker tells RDDs and streams from arrays. Without one, what is called like an operation that arrays have too
 * (`map`) counts only when the chain visibly begins at a context.
 */
export function closureNotices(ts: TypeScript, file: ts.SourceFile, checker?: ts.TypeChecker): ClosureNotice[] {
  const notices: ClosureNotice[] = [];
  const free = freeVariables(ts, file);
  const add = (node: ts.Node, notice: Pick<ClosureNotice, "code" | "name" | "operation" | "message">) => {
    const start = node.getStart(file);
    notices.push({ ...notice, file: file.fileName, start, length: node.end - start });
  };
  const look = (node: ts.Node): void => {
    ts.forEachChild(node, look);
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return;
    const operation = node.expression.name.text;
    if (!TASK_OPERATIONS.has(operation)) return;
    const closures = node.arguments.filter(a => ts.isArrowFunction(a) || ts.isFunctionExpression(a));
    if (closures.length === 0 || !isDistributed(ts, node.expression.expression, operation, checker)) return;
    for (const closure of closures) {
      for (const variable of free.get(closure)!.variables.values()) {
        if (variable.binding === undefined && GLOBALS.has(variable.name)) continue;
        for (const write of variable.writes)
          add(write, {
            code: "ASSIGNS_CAPTURED",
            name: variable.name,
            operation,
            message: `'${variable.name}' is assigned to inside a closure of ${operation}(): each task has its own copy of it, and the assignment does not come back. Use an accumulator: const acc = sc.longAccumulator("${variable.name}"), and acc.add(…) in the closure.`,
          });
      }
      const isAsync = ts.getModifiers(closure)?.some(modifier => modifier.kind === ts.SyntaxKind.AsyncKeyword);
      if (isAsync && SYNCHRONOUS_OPERATIONS.has(operation))
        add(closure, { code: "ASYNC_CLOSURE", name: operation, operation, message: asyncMessage(operation) });
    }
  };
  look(file);
  return notices.sort((a, b) => a.start - b.start);
}

const asyncMessage = (operation: string): string =>
  operation === "map"
    ? "map() does not wait for an async closure: the result holds promises. Use mapAsync(f, { concurrency })."
    : operation === "foreach"
      ? "foreach() does not wait for an async closure. Use foreachPartition(async it => { for (const x of it) await … })."
      : `${operation}() does not wait for an async closure. Await in mapAsync(f, { concurrency }) or foreachPartition first.`;

const DISTRIBUTED = /(?:RDD|DStream)$/;
const CONTEXTS = new Set(["sc", "ssc", "KafkaUtils", "FlumeUtils", "KinesisInputDStream", "KinesisUtils", "JdbcRDD"]);

/** Whether the receiver of an operation is an RDD or a stream. */
function isDistributed(
  ts: TypeScript,
  receiver: ts.Expression,
  operation: string,
  checker: ts.TypeChecker | undefined,
): boolean {
  if (checker !== undefined) return isDistributedType(checker.getTypeAtLocation(receiver), new Set());
  return TASK_OPERATIONS.get(operation)!.own || beginsAtContext(ts, receiver, 0);
}

function isDistributedType(type: ts.Type, seen: Set<ts.Type>): boolean {
  if (seen.has(type)) return false;
  seen.add(type);
  if (type.isUnionOrIntersection()) return type.types.some(t => isDistributedType(t, seen));
  if (DISTRIBUTED.test(type.symbol?.name ?? "")) return true;
  return type.getBaseTypes()?.some(base => isDistributedType(base, seen)) ?? false;
}

/** `sc.parallelize(…).filter(…)`, or a name declared as such a chain. */
function beginsAtContext(ts: TypeScript, expression: ts.Expression, depth: number): boolean {
  let at: ts.Expression = expression;
  while (true) {
    if (ts.isCallExpression(at) || ts.isPropertyAccessExpression(at)) at = at.expression;
    else if (ts.isParenthesizedExpression(at) || ts.isNonNullExpression(at)) at = at.expression;
    else break;
  }
  if (!ts.isIdentifier(at)) return false;
  const name = at.text;
  if (at !== expression && CONTEXTS.has(name)) return true;
  if (depth > 8) return false;
  for (let scope: ts.Node | undefined = at.parent; scope !== undefined; scope = scope.parent) {
    if (!ts.isSourceFile(scope) && !ts.isBlock(scope)) continue;
    for (const statement of scope.statements) {
      if (!ts.isVariableStatement(statement)) continue;
      for (const declaration of statement.declarationList.declarations)
        if (ts.isIdentifier(declaration.name) && declaration.name.text === name)
          // an awaited action gives local data: `const xs = await rdd.collect()` does not begin at a context
          return declaration.initializer !== undefined && beginsAtContext(ts, declaration.initializer, depth + 1);
    }
  }
  return false;
}
