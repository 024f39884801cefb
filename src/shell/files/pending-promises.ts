import { types } from "node:util";
import type ts from "typescript";
import type { TypeScript } from "../types/typescript.js";

/** The global function that a file hands its expressions to. */
const HELPER = "__tspark_hold";

/**
 * Promises that a program makes at its top level and does not await, `main()` at the end of a file: the program is not over
 * before they are, and one that fails is the program's failure.
 */
export class PendingPromises {
  readonly #open = new Set<Promise<unknown>>();
  readonly #failure: Promise<never>;
  #fail: (error: unknown) => void = () => {};

  constructor() {
    this.#failure = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.#failure.catch(() => {});
    (globalThis as Record<string, unknown>)[HELPER] = (value: unknown) => {
      if (types.isPromise(value) && !types.isProxy(value)) this.#hold(value);
      return value;
    };
  }

  /** Runs a program and waits for what it left open. From then on nothing is held any more. */
  async run(program: () => Promise<void>): Promise<void> {
    try {
      await Promise.race([program(), this.#failure]);
      while (this.#open.size > 0) await Promise.race([Promise.all(this.#open), this.#failure]);
    } finally {
      installHold();
    }
  }

  #hold(promise: Promise<unknown>): void {
    this.#open.add(promise);
    promise.then(() => this.#open.delete(promise), this.#fail);
  }
}

/** Makes the helper known to emitted text, where no program runs: it holds nothing. */
export function installHold(): void {
  (globalThis as Record<string, unknown>)[HELPER] = (value: unknown) => value;
}

/** Hands the value of each expression that is a statement, outside of functions, to the helper. */
export function holdTransformer(typescript: TypeScript): ts.TransformerFactory<ts.SourceFile> {
  return context => file => {
    const { factory } = context;
    const visit = (node: ts.Node): ts.Node => {
      if (typescript.isFunctionLike(node) || typescript.isClassLike(node) || typescript.isModuleDeclaration(node)) {
        return node;
      }
      if (!typescript.isExpressionStatement(node)) return typescript.visitEachChild(node, visit, context);
      const { expression } = node;
      const value = typescript.isVoidExpression(expression) ? expression.expression : expression;
      if (!mayBePromise(typescript, value)) return node;
      const held = factory.createCallExpression(factory.createIdentifier(HELPER), undefined, [value]);
      return factory.updateExpressionStatement(node, typescript.setTextRange(held, value));
    };
    return typescript.visitEachChild(file, visit, context);
  };
}

function mayBePromise(typescript: TypeScript, value: ts.Expression): boolean {
  let e = value;
  while (typescript.isParenthesizedExpression(e)) e = e.expression;
  const { FirstAssignment, LastAssignment } = typescript.SyntaxKind;
  const isAssignment = (kind: ts.SyntaxKind) => kind >= FirstAssignment && kind <= LastAssignment;
  return (
    typescript.isCallExpression(e) ||
    typescript.isNewExpression(e) ||
    typescript.isIdentifier(e) ||
    typescript.isConditionalExpression(e) ||
    (typescript.isBinaryExpression(e) && !isAssignment(e.operatorToken.kind))
  );
}
