import type ts from "typescript";
import type { TypeScript } from "../types/typescript.js";

/** The global function that a loop asks, each time round, whether the event loop is to have its turn. */
export const TURN_HELPER = "__tspark_turn";

/**
 * Lets loops that `await` give the event loop a turn now and then. One that awaits only what is there already
 * (`for (;;) await null`) would never let Ctrl-C in, and cannot be broken from outside: Node does not survive it.
 * Where nobody has installed the helper, in a worker, a loop is what it was.
 */
export function loopTurnsTransformer(typescript: TypeScript): ts.TransformerFactory<ts.SourceFile> {
  return context => file => {
    if (!file.text.includes("await")) return file;
    const { factory: f } = context;
    const K = typescript.SyntaxKind;
    const awaits = (node: ts.Node): boolean =>
      !typescript.isFunctionLike(node) &&
      !typescript.isClassLike(node) &&
      (typescript.isAwaitExpression(node) ||
        (typescript.isForOfStatement(node) && node.awaitModifier !== undefined) ||
        (typescript.forEachChild(node, child => awaits(child) || undefined) ?? false));
    /** `const turn = globalThis.__tspark_turn?.(); if (turn) await turn; body` */
    const withTurn = (body: ts.Statement): ts.Block => {
      const turn = f.createUniqueName("turn");
      const asked = f.createCallChain(
        f.createPropertyAccessExpression(f.createIdentifier("globalThis"), TURN_HELPER),
        f.createToken(K.QuestionDotToken),
        undefined,
        [],
      );
      const declaration = f.createVariableDeclaration(turn, undefined, undefined, asked);
      return f.createBlock([
        f.createVariableStatement(
          undefined,
          f.createVariableDeclarationList([declaration], typescript.NodeFlags.Const),
        ),
        f.createIfStatement(turn, f.createExpressionStatement(f.createAwaitExpression(turn))),
        body,
      ]);
    };
    const visit = (node: ts.Node): ts.Node => {
      const mayTurn = typescript.isIterationStatement(node, false) && awaits(node);
      const seen = typescript.visitEachChild(node, visit, context);
      if (!mayTurn) return seen;
      if (typescript.isForStatement(seen)) {
        const { initializer, condition, incrementor } = seen;
        return f.updateForStatement(seen, initializer, condition, incrementor, withTurn(seen.statement));
      }
      if (typescript.isWhileStatement(seen)) {
        return f.updateWhileStatement(seen, seen.expression, withTurn(seen.statement));
      }
      if (typescript.isDoStatement(seen)) return f.updateDoStatement(seen, withTurn(seen.statement), seen.expression);
      if (typescript.isForOfStatement(seen)) {
        const { awaitModifier, initializer, expression } = seen;
        return f.updateForOfStatement(seen, awaitModifier, initializer, expression, withTurn(seen.statement));
      }
      return seen;
    };
    return typescript.visitEachChild(file, visit, context);
  };
}
