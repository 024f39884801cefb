import { Declarations } from "./declarations.js";
import type { Closure, Free } from "./free.js";
import { Regions } from "./regions.js";
import type { TypeScript, ts } from "./typescript.js";

/**
 * For every function and class of a file: which variables, declared outside of it, it uses at run time.
 *
 * @param namespaces imported names that stand for the namespace of a module, with its specifier
 */
export function freeVariables(
  ts: TypeScript,
  file: ts.SourceFile,
  namespaces?: ReadonlyMap<string, string>,
): Map<Closure, Free> {
  const analyser = new Analyser(ts, namespaces);
  analyser.file(file);
  return analyser.found;
}

class Analyser {
  readonly #declare: Declarations;
  readonly #regions = new Regions();

  constructor(
    readonly ts: TypeScript,
    namespaces: ReadonlyMap<string, string> | undefined,
  ) {
    this.#declare = new Declarations(ts, namespaces);
  }

  get found(): Map<Closure, Free> {
    return this.#regions.found;
  }

  file(file: ts.SourceFile): void {
    const { scope } = this.#regions;
    this.#declare.vars(file, scope);
    this.#declare.statements(file.statements, scope);
    this.#each(file);
  }

  #each(node: ts.Node): void {
    this.ts.forEachChild(node, child => this.#visit(child));
  }

  #visit(node: ts.Node | undefined): void {
    if (node === undefined) return;
    const { ts } = this;
    const { SyntaxKind } = ts;
    if (ts.isIdentifier(node)) {
      this.#regions.use(node);
      return;
    }
    if (this.#declare.isAmbient(node)) return;
    switch (node.kind) {
      case SyntaxKind.ThisKeyword:
        this.#regions.useThis();
        return;
      case SyntaxKind.SuperKeyword:
        this.#regions.obstacle("uses super");
        return;
      case SyntaxKind.PrivateIdentifier:
        this.#regions.usePrivate((node as ts.PrivateIdentifier).text);
        return;
      case SyntaxKind.MetaProperty:
        if ((node as ts.MetaProperty).keywordToken === SyntaxKind.NewKeyword) this.#regions.obstacle("uses new.target");
        else this.#regions.useImportMeta();
        return;
      case SyntaxKind.InterfaceDeclaration:
      case SyntaxKind.TypeAliasDeclaration:
      case SyntaxKind.TypeParameter:
      case SyntaxKind.IndexSignature:
      case SyntaxKind.ImportDeclaration:
      case SyntaxKind.ExportDeclaration:
      case SyntaxKind.BreakStatement:
      case SyntaxKind.ContinueStatement:
      case SyntaxKind.NamespaceExportDeclaration:
        return;
    }
    // `f<string>` is an expression, though `isTypeNode` says otherwise
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    if (ts.isExpressionWithTypeArguments(node)) this.#visit(node.expression);
    else if (ts.isPropertyAccessExpression(node)) {
      if (ts.isIdentifier(node.expression)) this.#regions.use(node.expression, false, node);
      else this.#visit(node.expression);
      if (ts.isPrivateIdentifier(node.name)) this.#visit(node.name);
    } else if (ts.isBinaryExpression(node) && this.#isAssignment(node)) {
      this.#target(node.left);
      this.#visit(node.right);
    } else if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
      const step = node.operator === SyntaxKind.PlusPlusToken || node.operator === SyntaxKind.MinusMinusToken;
      if (step) this.#target(node.operand);
      else this.#visit(node.operand);
    } else if (ts.isFunctionLike(node)) this.#function(node as ts.FunctionLikeDeclaration);
    else if (ts.isClassLike(node)) this.#class(node);
    else if (ts.isPropertyAssignment(node)) {
      this.#name(node.name);
      this.#visit(node.initializer);
    } else if (ts.isShorthandPropertyAssignment(node)) {
      this.#regions.use(node.name);
      this.#visit(node.objectAssignmentInitializer);
    } else if (ts.isVariableDeclaration(node)) {
      this.#bindingDefaults(node.name);
      this.#visit(node.initializer);
    } else if (ts.isLabeledStatement(node)) this.#visit(node.statement);
    else if (ts.isBlock(node) || ts.isCaseBlock(node)) this.#block(node);
    else if (ts.isForStatement(node)) this.#loop(node, node.initializer);
    else if (ts.isForInStatement(node) || ts.isForOfStatement(node)) this.#loop(node, node.initializer);
    else if (ts.isCatchClause(node)) this.#catch(node);
    else if (ts.isModuleDeclaration(node)) this.#namespace(node);
    else if (ts.isEnumDeclaration(node)) this.#enum(node);
    else if (ts.isImportEqualsDeclaration(node)) this.#importEquals(node);
    else if (ts.isJsxElement(node) || ts.isJsxSelfClosingElement(node) || ts.isJsxFragment(node)) this.#jsx(node);
    else this.#each(node);
  }

  #isAssignment(node: ts.BinaryExpression): boolean {
    const { SyntaxKind } = this.ts;
    const kind = node.operatorToken.kind;
    return kind >= SyntaxKind.FirstAssignment && kind <= SyntaxKind.LastAssignment;
  }

  /** What is assigned to: a variable, a member, a pattern of these. */
  #target(node: ts.Node): void {
    const { ts } = this;
    if (ts.isIdentifier(node)) this.#regions.use(node, true);
    else if (
      ts.isParenthesizedExpression(node) ||
      ts.isNonNullExpression(node) ||
      ts.isAsExpression(node) ||
      ts.isSatisfiesExpression(node) ||
      ts.isTypeAssertionExpression(node) ||
      ts.isSpreadElement(node) ||
      ts.isSpreadAssignment(node)
    )
      this.#target(node.expression);
    else if (ts.isArrayLiteralExpression(node)) for (const element of node.elements) this.#target(element);
    else if (ts.isObjectLiteralExpression(node)) for (const property of node.properties) this.#target(property);
    else if (ts.isPropertyAssignment(node)) {
      this.#name(node.name);
      this.#target(node.initializer);
    } else if (ts.isShorthandPropertyAssignment(node)) {
      this.#regions.use(node.name, true);
      this.#visit(node.objectAssignmentInitializer);
    } else if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
      this.#target(node.left);
      this.#visit(node.right);
    } else this.#visit(node);
  }

  /** The name of a property: only a computed one holds expressions. */
  #name(name: ts.Node | undefined): void {
    if (name !== undefined && this.ts.isComputedPropertyName(name)) this.#visit(name.expression);
  }

  /** The defaults and computed keys in a binding pattern. */
  #bindingDefaults(name: ts.BindingName): void {
    const { ts } = this;
    if (ts.isIdentifier(name)) return;
    for (const element of name.elements) {
      if (!ts.isBindingElement(element)) continue;
      this.#name(element.propertyName);
      this.#bindingDefaults(element.name);
      this.#visit(element.initializer);
    }
  }

  #decorators(node: ts.Node): void {
    const { ts } = this;
    if (!ts.canHaveDecorators(node)) return;
    for (const decorator of ts.getDecorators(node) ?? []) this.#visit(decorator.expression);
  }

  #function(node: ts.FunctionLikeDeclaration): void {
    const { ts } = this;
    this.#decorators(node);
    const inLiteral = ts.isObjectLiteralExpression(node.parent);
    // the computed name of a class member is evaluated outside; that of a literal's method is part of the method's text
    if (!inLiteral) this.#name(node.name);
    if (node.body === undefined) return;
    const kind = ts.isArrowFunction(node) ? "arrow" : "function";
    this.#regions.enter(node, kind, scope => {
      if (inLiteral) this.#name(node.name);
      if (ts.isFunctionExpression(node) && node.name) scope.declare(node.name.text, "function", node);
      this.#regions.in(parameters => {
        for (const parameter of node.parameters)
          this.#declare.pattern(parameter.name, "parameter", parameter, parameters);
        if (kind === "function") parameters.declare("arguments", "parameter", node);
        for (const parameter of node.parameters) {
          this.#decorators(parameter);
          this.#bindingDefaults(parameter.name);
          this.#visit(parameter.initializer);
        }
        const body = node.body as ts.Node;
        if (!ts.isBlock(body)) this.#visit(body);
        // a scope of its own: a parameter's default does not see the variables of the body
        else
          this.#regions.in(inner => {
            this.#declare.vars(body, inner);
            this.#declare.statements(body.statements, inner);
            this.#each(body);
          });
      });
    });
  }

  #class(node: ts.ClassLikeDeclaration): void {
    const { ts } = this;
    this.#decorators(node);
    const privates = new Set<string>();
    for (const member of node.members)
      if (member.name && ts.isPrivateIdentifier(member.name)) privates.add(member.name.text);
    this.#regions.enter(
      node,
      "class",
      scope => {
        if (node.name) scope.declare(node.name.text, "class", node);
        for (const clause of node.heritageClauses ?? [])
          if (clause.token === ts.SyntaxKind.ExtendsKeyword)
            for (const type of clause.types) this.#visit(type.expression);
        for (const member of node.members) this.#member(member);
      },
      privates,
    );
  }

  #member(member: ts.ClassElement): void {
    const { ts } = this;
    if (ts.isPropertyDeclaration(member)) {
      if (this.#declare.isAmbient(member)) return;
      this.#decorators(member);
      this.#name(member.name);
      if (member.initializer) this.#regions.enter(undefined, "initializer", () => this.#visit(member.initializer));
    } else if (ts.isClassStaticBlockDeclaration(member))
      this.#regions.enter(undefined, "initializer", scope => {
        this.#declare.vars(member.body, scope);
        this.#declare.statements(member.body.statements, scope);
        this.#each(member.body);
      });
    else this.#visit(member);
  }

  #block(node: ts.Block | ts.CaseBlock): void {
    const { ts } = this;
    this.#regions.in(scope => {
      if (ts.isBlock(node)) this.#declare.statements(node.statements, scope);
      else for (const clause of node.clauses) this.#declare.statements(clause.statements, scope);
      this.#each(node);
    });
  }

  #loop(
    node: ts.ForStatement | ts.ForInStatement | ts.ForOfStatement,
    initializer: ts.ForInitializer | undefined,
  ): void {
    const { ts } = this;
    this.#regions.in(scope => {
      const isList = initializer !== undefined && ts.isVariableDeclarationList(initializer);
      if (isList && initializer.flags & ts.NodeFlags.BlockScoped) this.#declare.list(initializer, scope);
      ts.forEachChild(node, child => {
        if (child === initializer && !isList && !ts.isForStatement(node)) this.#target(child);
        else this.#visit(child);
      });
    });
  }

  #catch(node: ts.CatchClause): void {
    this.#regions.in(scope => {
      if (node.variableDeclaration) {
        this.#declare.pattern(node.variableDeclaration.name, "catch", node.variableDeclaration, scope);
        this.#bindingDefaults(node.variableDeclaration.name);
      }
      this.#visit(node.block);
    });
  }

  #namespace(node: ts.ModuleDeclaration): void {
    const { ts } = this;
    const { body } = node;
    if (body === undefined || !ts.isIdentifier(node.name)) return;
    this.#regions.in(scope => {
      if (ts.isModuleBlock(body)) {
        this.#declare.vars(body, scope);
        this.#declare.statements(body.statements, scope);
        this.#each(body);
      } else if (ts.isModuleDeclaration(body)) {
        if (ts.isIdentifier(body.name)) scope.declare(body.name.text, "namespace", body);
        this.#namespace(body);
      }
    });
  }

  #enum(node: ts.EnumDeclaration): void {
    const { ts } = this;
    this.#regions.in(scope => {
      for (const member of node.members)
        if (ts.isIdentifier(member.name) || ts.isStringLiteral(member.name))
          scope.declare(member.name.text, "const", member);
      for (const member of node.members) this.#visit(member.initializer);
    });
  }

  #importEquals(node: ts.ImportEqualsDeclaration): void {
    const { ts } = this;
    let entity: ts.Node = node.moduleReference;
    while (ts.isQualifiedName(entity)) entity = entity.left;
    if (!node.isTypeOnly && ts.isIdentifier(entity)) this.#regions.use(entity);
  }

  #jsx(node: ts.Node): void {
    this.#regions.obstacleInAll("contains JSX");
    this.ts.forEachChild(node, child => this.#jsxPart(child));
  }

  #jsxPart(node: ts.Node): void {
    const { ts } = this;
    if (ts.isJsxExpression(node) || ts.isJsxSpreadAttribute(node)) this.#visit(node.expression);
    else if (ts.isJsxElement(node) || ts.isJsxSelfClosingElement(node) || ts.isJsxFragment(node)) this.#jsx(node);
    else if (!ts.isIdentifier(node)) ts.forEachChild(node, child => this.#jsxPart(child));
  }
}
