import type ts from "typescript";
import type { TypeScript } from "./typescript.js";

/** TypeScript's "The 'this' context of type … is not assignable to method's 'this' of type …". */
const WRONG_THIS = 2684;
/** That, and "No overload matches this call", of which it may be the reason. */
const OF_RECEIVER: readonly number[] = [WRONG_THIS, 2769];

/** "Property … does not exist on type …", also with a name that was meant. */
const NO_MEMBER: readonly number[] = [2339, 2551];
/** "Parameter … implicitly has an 'any' type", also of a pattern. */
const IMPLICIT_ANY: readonly number[] = [7006, 7031];

/**
 * Findings without those in the arguments of a call that has the wrong receiver, or calls what is not there: their types follow
 * from it, and what is said of them leads away from the cause.
 */
export function withoutConsequences(
  typescript: TypeScript,
  file: ts.SourceFile,
  findings: readonly ts.Diagnostic[],
): ts.Diagnostic[] {
  const wrong = findings.filter(d => OF_RECEIVER.includes(d.code)).flatMap(d => callAt(typescript, file, d) ?? []);
  const absent = findings
    .filter(d => NO_MEMBER.includes(d.code))
    .flatMap(d => find(typescript, file, d.start ?? 0, node => callOf(typescript, file, node, d.start ?? 0)) ?? []);
  return findings.filter(
    d =>
      !wrong.some(call => isInArguments(call, d.start ?? 0)) &&
      !(IMPLICIT_ANY.includes(d.code) && absent.some(call => isInArguments(call, d.start ?? 0))),
  );
}

/**
 * What to do about a finding whose text alone does not say it, and that finding; undefined when there is nothing to add.
 *
 * @param place where the program stands: a file has no commands
 */
export function findingHint(
  typescript: TypeScript,
  findings: readonly ts.Diagnostic[],
  place: "prompt" | "file",
): { readonly hint: string; readonly finding: ts.Diagnostic } | undefined {
  for (const finding of findings) {
    const told =
      stateHint(typescript, finding) ??
      operandHint(typescript, finding) ??
      reduceHint(typescript, finding) ??
      callHint(typescript, finding) ??
      literalHint(typescript, finding);
    if (told !== undefined) return { hint: told, finding };
    const text = typescript.flattenDiagnosticMessageText(finding.messageText, "\n");
    for (const { codes, form, say, only } of HINTS) {
      const match = (only ?? place) === place && codes.includes(finding.code) ? form.exec(text) : null;
      if (match !== null) return { hint: say.replace("$1", match[1] ?? ""), finding };
    }
  }
  return undefined;
}

/**
 * A finding without what is noise where a hint says what to do: why none of the overloads fits, by which way a type is not that of
 * the receiver.
 */
export function withoutDetails<D extends { readonly code?: number; readonly message: string }>(d: D): D {
  const [head, ...details] = d.message.split("\n");
  if (d.code === 2769) return { ...d, message: head! };
  if (d.code !== WRONG_THIS || details.length < 2) return d;
  return { ...d, message: `${head}\n  ${details.at(-1)!.trim()}` };
}

/** Whether a finding stands within another one: where a hint says what to do about that, it says the same once more. */
export function isWithin(inner: ts.Diagnostic, outer: ts.Diagnostic): boolean {
  const from = outer.start ?? 0;
  const at = inner.start ?? 0;
  return inner !== outer && at >= from && at < from + (outer.length ?? 0);
}

/** A finding that has a remedy. */
interface Hint {
  /** TypeScript's codes. */
  readonly codes: readonly number[];
  /** Its text. */
  readonly form: RegExp;
  /** What a user most likely wanted; `$1` is what the form's group found. */
  readonly say: string;
  /** Where it holds; everywhere by default. */
  readonly only?: "prompt" | "file";
}

const AWAIT = "That is a promise of the value: await it first, e.g. (await rdd.count()) + 1";

/** Names that must be imported, which is forgotten easily in a shell that has all others in scope. */
const ofConnector = (module: string, names: string): Hint => ({
  codes: [2304, 2552, 2503, 2833],
  form: new RegExp(`Cannot find (?:name|namespace) '(${names})'`),
  say: `A connector has it: import { $1 } from "tspark/${module}"`,
});

const HINTS: readonly Hint[] = [
  ofConnector("kafka", "KafkaUtils|LocationStrategies|ConsumerStrategies|OffsetRange"),
  ofConnector("flume", "FlumeUtils|SparkFlumeEvent"),
  ofConnector(
    "kinesis",
    "KinesisInputDStream|KinesisInitialPositions|InitialPositionInStream|SparkAWSCredentials|KinesisUtils",
  ),
  ofConnector("hdfs", "FileSystem|FileStatus"),
  ofConnector("jdbc", "JdbcUtils|JdbcRDD|JdbcProperties"),
  {
    codes: OF_RECEIVER,
    form: /method's 'this' of type '\w*(?:RDD|DStream)<number>/,
    say: "This operation is for numbers: make them first, e.g. .map(x => x.length)",
  },
  {
    codes: OF_RECEIVER,
    form: /The 'this' context of type '\w*(?:RDD|DStream)<(.*\[\])>' is not assignable to method's 'this' of type '\w*(?:RDD|DStream)<readonly \[/,
    say: "This operation is for pairs [key, value], and $1 has any length: where the elements are made, say that they are pairs, e.g. .map((x): [string, number] => …)",
  },
  {
    codes: OF_RECEIVER,
    form: /The 'this' context of type '\w*RDD<(.*)>' is not assignable to method's 'this' of type '\w*RDD<readonly \[/,
    say: "This operation is for pairs [key, value], and the elements are $1: give each its key first, with .keyBy(x => key) or .map(x => [key, x])",
  },
  {
    codes: OF_RECEIVER,
    form: /The 'this' context of type '\w*DStream<(.*)>' is not assignable to method's 'this' of type '\w*DStream<readonly \[/,
    say: "This operation is for pairs [key, value], and the elements are $1: give each its key first, with .map(x => [key, x])",
  },
  {
    codes: [2345],
    form: /Argument of type '(?:number|-?[\d.]+)' is not assignable to parameter of type 'Duration'/,
    say: "A number has no unit: write a duration, e.g. Seconds(1), Milliseconds(500) or Minutes(5)",
  },
  {
    codes: [2339, 2345, 2740],
    form: /(?:on type|of type) 'Promise<StreamingContext>'/,
    say: "That is a promise of the context: await it first, e.g. const ssc = await StreamingContext.getOrCreate(…)",
  },
  {
    codes: [2367, 2322, 2339, 2345, 2365, 2488, 2504, 2678, 2739, 2740, 2741, 7053],
    // Where a promise is what is wanted there is nothing to await.
    form: /(?<!assignable to |parameter |parameter of |from |required in )(?:types?|Type|and|of type|index type) '(?:.*' and ')?Promise<(?!.*assignable to (?:parameter of )?type 'Promise<)/,
    say: AWAIT,
  },
  {
    codes: [2769],
    form: /Argument of type 'Promise</,
    say: "That is a promise of the value: await it first, e.g. sc.parallelize(await rdd.collect())",
  },
  {
    codes: [2769],
    form: /(?:Argument of type '[^']*' is not assignable to parameter of|does not exist in) type 'Iterable<TupleHint>'/,
    say: "A list is wanted here, or anything else that can be iterated, e.g. sc.parallelize([1, 2, 3])",
  },
  {
    codes: [2322],
    form: /Type '(?:.*\[\]|\[.*\])' is not assignable to type 'RDD</,
    say: "An RDD is wanted here, and sc.parallelize makes one of a list, e.g. ssc.queueStream([sc.parallelize([1, 2])])",
  },
  {
    codes: NO_MEMBER,
    form: /Property 'size' does not exist on type '(?:string|"[^']*"|.*\[\]|(?:readonly )?\[.*\])'/,
    say: "In TypeScript: .length",
  },
  {
    codes: NO_MEMBER,
    form: /Property '(?:size|length)' does not exist on type '\w*RDD</,
    say: "How many elements an RDD has is counted: .count()",
  },
  {
    codes: [2801],
    form: /this 'Promise</,
    say: "A promise counts as true whatever it promises: await it first, e.g. if (await rdd.isEmpty()) …",
  },
  {
    codes: [2345, 2769],
    form: /Target signature provides too few arguments\. Expected 2 or more, but got 1/,
    say: "The function is called with one argument here; for RDDs .zipWithIndex() makes pairs of element and index",
  },
  {
    codes: [2339, 2551],
    form: /Property '(?:toDF|toDS|show|createOrReplaceTempView|printSchema)' does not exist on type 'RDD</,
    say: "There are no data frames yet: collect() and take(n) give the elements, and the shell shows arrays of objects as a table",
  },
  {
    codes: [2304, 2552, 2581, 2582, 2592, 2593],
    form: /Cannot find name 'help'/,
    say: ":help lists the commands, :doc NAME tells of a name, e.g. :doc RDD.map",
    only: "prompt",
  },
  {
    codes: [2307],
    form: /Cannot find module '((?:@[\w.-]+\/)?[\w-][\w.-]*)'/,
    say: ":require $1 offers to install it, and imports it",
    only: "prompt",
  },
  {
    codes: [2304, 2552],
    form: /Cannot find name 'print'/,
    say: "In TypeScript: console.log(…)",
  },
];

/** Codes of findings about an operand of an arithmetic operation, which do not tell its type. */
const OF_OPERAND: ReadonlySet<number> = new Set([2356, 2362, 2363]);
/** Actions whose promise is of a value one calculates with. */
const NUMERIC_ACTION =
  /^(?:count|countApproxDistinct|first|reduce|treeReduce|fold|aggregate|treeAggregate|max|min|sum|mean|(?:sample|pop)?(?:Variance|Stdev)|variance|stdev)$/;

/** `rdd.count() * 2`. */
function operandHint(typescript: TypeScript, finding: ts.Diagnostic): string | undefined {
  if (finding.file === undefined || !OF_OPERAND.has(finding.code)) return undefined;
  const { isCallExpression, isPropertyAccessExpression } = typescript;
  const isAction = (node: ts.Node) =>
    isCallExpression(node) &&
    isPropertyAccessExpression(node.expression) &&
    NUMERIC_ACTION.test(node.expression.name.text) &&
    node.getStart(finding.file) === finding.start &&
    node.end === finding.start + (finding.length ?? 0);
  return find(typescript, finding.file, finding.start ?? 0, node => (isAction(node) ? AWAIT : undefined));
}

/** `rdd.collect.foreach(f)`: a member of what a method gives, where the method was not called. */
function callHint(typescript: TypeScript, finding: ts.Diagnostic): string | undefined {
  const { file, start = 0 } = finding;
  if (file === undefined || !NO_MEMBER.includes(finding.code)) return undefined;
  const text = typescript.flattenDiagnosticMessageText(finding.messageText, "\n");
  if (!/ on type '(?:(?:<.*>)?\(.*\) => |\{ (?:<.*>)?\()/.test(text)) return undefined;
  const { isPropertyAccessExpression } = typescript;
  return find(typescript, file, start, node => {
    if (!isPropertyAccessExpression(node) || node.name.getStart(file) !== start) return undefined;
    if (!isPropertyAccessExpression(node.expression)) return undefined;
    const { text: method } = node.expression.name;
    return `${method} is a function; to call it: .${method}()`;
  });
}

const FOLD =
  "reduce begins with the elements themselves; for RDDs .fold(zero, f) begins with a value, e.g. .fold(0, (a, b) => a + b)";

/** `rdd.reduce(f, 0)`, as an array's is called: TypeScript says "Expected 1 arguments, but got 2." */
function reduceHint(typescript: TypeScript, { file, code, start = 0 }: ts.Diagnostic): string | undefined {
  if (file === undefined || code !== 2554) return undefined;
  const { isCallExpression, isPropertyAccessExpression } = typescript;
  const isIt = (node: ts.Node) =>
    isCallExpression(node) &&
    node.arguments[1]?.getStart(file) === start &&
    isPropertyAccessExpression(node.expression) &&
    node.expression.name.text === "reduce";
  return find(typescript, file, start, node => (isIt(node) ? FOLD : undefined));
}

/** `map(w => [w, 1] as const).reduceByKey((a, b) => a + b)`: the sum of two values of type 1 is none. */
function literalHint(typescript: TypeScript, finding: ts.Diagnostic): string | undefined {
  if (finding.file === undefined || (finding.code !== 2322 && finding.code !== 2769)) return undefined;
  const text = typescript.flattenDiagnosticMessageText(finding.messageText, "\n");
  const literal = /Type '(?:number|string|bigint|boolean)' is not assignable to type '([-\d"'tf].*)'\./.exec(text)?.[1];
  if (literal === undefined) return undefined;
  const { isArrowFunction, isCallExpression, isFunctionExpression, isPropertyAccessExpression } = typescript;
  const isCombined = (node: ts.Node) =>
    (isArrowFunction(node) || isFunctionExpression(node)) &&
    isCallExpression(node.parent) &&
    isPropertyAccessExpression(node.parent.expression) &&
    /^(?:reduce|treeReduce|fold|combine)/.test(node.parent.expression.name.text);
  const hint = `The values are of the type ${literal}, and what is made of two of them is not: leave out the \`as const\` or the declared type that says so`;
  return find(typescript, finding.file, finding.start ?? 0, node => {
    if (!isCombined(node)) return undefined;
    return node.parent.getText(finding.file).includes("ByKey") ? `${hint}, [x, 1] is a pair without it` : hint;
  });
}

/** Codes of findings about a value of which nothing is known: `unknown`, or `{}` where `undefined` was taken away from it. */
const OF_UNKNOWN: ReadonlySet<number> = new Set([2322, 2339, 2345, 2363, 2362, 2365, 2488, 2571, 2769, 18046]);

/** In the function of `updateStateByKey` nothing says what a state is, unless its parameter is written with a type. */
function stateHint(typescript: TypeScript, finding: ts.Diagnostic): string | undefined {
  const text = typescript.flattenDiagnosticMessageText(finding.messageText, "\n");
  if (finding.file === undefined || !OF_UNKNOWN.has(finding.code) || !/'unknown'|'\{\}'/.test(text)) return undefined;
  const state = find(typescript, finding.file, finding.start ?? 0, node => stateParameter(typescript, node));
  if (state === undefined || state.type !== undefined) return undefined;
  const [values] = (state.parent as ts.SignatureDeclaration).parameters;
  const given = (p: ts.ParameterDeclaration, other: string) => (typescript.isIdentifier(p.name) ? p.name.text : other);
  return `Nothing says what the state is: write its type, e.g. (${given(values!, "values")}, ${given(state, "state")}: number | undefined) => …`;
}

/** The parameter for the state, where a node is a call of `updateStateByKey`. */
function stateParameter(typescript: TypeScript, node: ts.Node): ts.ParameterDeclaration | undefined {
  if (!typescript.isCallExpression(node) || !typescript.isPropertyAccessExpression(node.expression)) return undefined;
  const f = node.expression.name.text === "updateStateByKey" ? node.arguments[0] : undefined;
  const isFunction = f !== undefined && (typescript.isArrowFunction(f) || typescript.isFunctionExpression(f));
  return isFunction ? f.parameters[1] : undefined;
}

/** The method call whose receiver stands at the finding's place. */
function callAt(typescript: TypeScript, file: ts.SourceFile, finding: ts.Diagnostic): ts.CallExpression | undefined {
  const start = finding.start ?? 0;
  const end = start + (finding.length ?? 0);
  return find(typescript, file, start, node => {
    const callee = typescript.isCallExpression(node) ? node.expression : undefined;
    const isIt =
      callee !== undefined &&
      typescript.isPropertyAccessExpression(callee) &&
      callee.expression.getStart(file) === start &&
      callee.expression.end === end;
    return isIt ? (node as ts.CallExpression) : undefined;
  });
}

/** A call of the method whose name stands at a place. */
function callOf(
  typescript: TypeScript,
  file: ts.SourceFile,
  node: ts.Node,
  name: number,
): ts.CallExpression | undefined {
  if (!typescript.isCallExpression(node) || !typescript.isPropertyAccessExpression(node.expression)) return undefined;
  return node.expression.name.getStart(file) === name ? node : undefined;
}

/** What `look` gives for the innermost of the nodes around a place for which it gives something. */
function find<T>(
  typescript: TypeScript,
  file: ts.SourceFile,
  at: number,
  look: (node: ts.Node) => T | undefined,
): T | undefined {
  const search = (node: ts.Node): T | undefined =>
    at < node.pos || at >= node.end ? undefined : (typescript.forEachChild(node, search) ?? look(node));
  return search(file);
}

function isInArguments(call: ts.CallExpression, at: number): boolean {
  return at >= call.expression.end && at < call.end;
}
