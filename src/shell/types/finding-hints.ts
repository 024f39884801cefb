import type ts from "typescript";
import type { TypeScript } from "./typescript.js";

/** TypeScript's "The 'this' context of type … is not assignable to method's 'this' of type …". */
const WRONG_THIS = 2684;

/**
 * Findings without those in the arguments of a call that has the wrong receiver: their types follow from it, and what is said
 * of them leads away from the cause.
 */
export function withoutConsequences(
  typescript: TypeScript,
  file: ts.SourceFile,
  findings: readonly ts.Diagnostic[],
): ts.Diagnostic[] {
  const wrong = findings.filter(d => d.code === WRONG_THIS).flatMap(d => callAt(typescript, file, d) ?? []);
  return findings.filter(d => !wrong.some(call => isInArguments(call, d.start ?? 0)));
}

/** What to do about a finding whose text alone does not say it, and that finding; undefined when there is nothing to add. */
export function findingHint(
  typescript: TypeScript,
  findings: readonly ts.Diagnostic[],
): { readonly hint: string; readonly finding: ts.Diagnostic } | undefined {
  for (const finding of findings) {
    const text = typescript.flattenDiagnosticMessageText(finding.messageText, "\n");
    for (const { codes, form, say } of HINTS) {
      const match = codes.includes(finding.code) ? form.exec(text) : null;
      if (match !== null) return { hint: say.replace("$1", match[1] ?? ""), finding };
    }
  }
  return undefined;
}

/** Whether a finding stands within another one: where a hint says what to do about that, it says the same once more. */
export function isWithin(inner: ts.Diagnostic, outer: ts.Diagnostic): boolean {
  const from = outer.start ?? 0;
  const at = inner.start ?? 0;
  return inner !== outer && at >= from && at < from + (outer.length ?? 0);
}

/** TypeScript's codes and texts, and what a user of the shell most likely wanted; `$1` is what the form's group found. */
const HINTS: readonly { readonly codes: readonly number[]; readonly form: RegExp; readonly say: string }[] = [
  {
    codes: [WRONG_THIS],
    form: /method's 'this' of type '(?:RDD|DStream)<number>/,
    say: "This operation is for numbers: make them first, e.g. .map(x => x.length)",
  },
  {
    codes: [WRONG_THIS],
    form: /method's 'this' of type '(?:RDD|DStream)<readonly \[/,
    say: "This operation is for pairs: give each element its key first, with .keyBy(x => key) or .map(x => [key, x])",
  },
  {
    codes: [2322, 2339, 2345, 2362, 2363, 2365, 2488, 2739, 2740, 2741],
    form: /(?:types?|Type|and|of type) '(?:.*' and ')?Promise</,
    say: "That is a promise of the value: await it first, e.g. (await rdd.count()) + 1",
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
  },
  {
    codes: [2307],
    form: /Cannot find module '((?:@[\w.-]+\/)?[\w-][\w.-]*)'/,
    say: ":require $1 offers to install it, and imports it",
  },
  {
    codes: [2304, 2552],
    form: /Cannot find name 'print'/,
    say: "In TypeScript: console.log(…)",
  },
];

/** The method call whose receiver stands at the finding's place. */
function callAt(typescript: TypeScript, file: ts.SourceFile, finding: ts.Diagnostic): ts.CallExpression | undefined {
  const start = finding.start ?? 0;
  const end = start + (finding.length ?? 0);
  const search = (node: ts.Node): ts.CallExpression | undefined => {
    if (node.end < start || node.pos > start) return undefined;
    const inside = typescript.forEachChild(node, search);
    if (inside !== undefined) return inside;
    const callee = typescript.isCallExpression(node) ? node.expression : undefined;
    const isIt =
      callee !== undefined &&
      typescript.isPropertyAccessExpression(callee) &&
      callee.expression.getStart(file) === start &&
      callee.expression.end === end;
    return isIt ? (node as ts.CallExpression) : undefined;
  };
  return search(file);
}

function isInArguments(call: ts.CallExpression, at: number): boolean {
  return at >= call.expression.end && at < call.end;
}
