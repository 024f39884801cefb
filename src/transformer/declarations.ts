import type { BindingKind, Scope } from "./scope.js";
import type { TypeScript, ts } from "./typescript.js";

/** Finds the declarations of a scope before what is in it is looked at: names are in scope in front of their declaration. */
export class Declarations {
  /** @param namespaces imported names that stand for the namespace of another module, with its specifier */
  constructor(
    readonly ts: TypeScript,
    readonly namespaces: ReadonlyMap<string, string> = new Map(),
  ) {}

  /** Declares the names of a binding pattern, or the one name. */
  pattern(name: ts.BindingName, kind: BindingKind, node: ts.Node, scope: Scope): void {
    const { ts } = this;
    if (ts.isIdentifier(name)) scope.declare(name.text, kind, node);
    else
      for (const element of name.elements)
        if (ts.isBindingElement(element)) this.pattern(element.name, kind, node, scope);
  }

  /** Declares what a `let`, `const`, `using` or `var` list declares. */
  list(list: ts.VariableDeclarationList, scope: Scope): void {
    const { NodeFlags } = this.ts;
    const flags = list.flags & NodeFlags.BlockScoped;
    const kind = flags === 0 ? "var" : flags === NodeFlags.Let ? "let" : "const";
    for (const declaration of list.declarations) this.pattern(declaration.name, kind, declaration, scope);
  }

  /** Declares in a function's, file's or namespace's scope every `var` in it, however deep in blocks. */
  vars(node: ts.Node, scope: Scope): void {
    const { ts } = this;
    const look = (child: ts.Node): void => {
      if (this.isAmbient(child) || ts.isFunctionLike(child) || ts.isClassLike(child) || ts.isModuleDeclaration(child))
        return;
      if (ts.isVariableDeclarationList(child) && (child.flags & ts.NodeFlags.BlockScoped) === 0)
        this.list(child, scope);
      if (!ts.isExpression(child)) ts.forEachChild(child, look);
    };
    ts.forEachChild(node, look);
  }

  /** Declares in a block's scope what its own statements declare. */
  statements(statements: readonly ts.Statement[], scope: Scope): void {
    for (const statement of statements) this.statement(statement, scope);
  }

  private statement(statement: ts.Statement, scope: Scope): void {
    const { ts } = this;
    if (this.isAmbient(statement)) return;
    if (ts.isVariableStatement(statement)) {
      if (statement.declarationList.flags & ts.NodeFlags.BlockScoped) this.list(statement.declarationList, scope);
    } else if (ts.isFunctionDeclaration(statement)) {
      // the implementation, not the overloads in front of it
      if (statement.name && statement.body) scope.declare(statement.name.text, "function", statement);
    } else if (ts.isClassDeclaration(statement)) {
      if (statement.name) scope.declare(statement.name.text, "class", statement);
    } else if (ts.isEnumDeclaration(statement)) scope.declare(statement.name.text, "enum", statement);
    else if (ts.isModuleDeclaration(statement)) {
      if (ts.isIdentifier(statement.name) && this.isInstantiated(statement))
        scope.declare(statement.name.text, "namespace", statement);
    } else if (ts.isImportDeclaration(statement)) this.imports(statement, scope);
    else if (ts.isImportEqualsDeclaration(statement)) this.importEquals(statement, scope);
    else if (ts.isLabeledStatement(statement)) this.statement(statement.statement, scope);
  }

  private imports(statement: ts.ImportDeclaration, scope: Scope): void {
    const { ts } = this;
    const clause = statement.importClause;
    if (clause === undefined || clause.isTypeOnly || !ts.isStringLiteral(statement.moduleSpecifier)) return;
    const specifier = statement.moduleSpecifier.text;
    if (clause.name) scope.declare(clause.name.text, "import", clause, { specifier, name: "default" });
    const named = clause.namedBindings;
    if (named === undefined) return;
    if (ts.isNamespaceImport(named)) scope.declare(named.name.text, "import", named, { specifier, name: "*" });
    else
      for (const element of named.elements)
        if (!element.isTypeOnly) {
          const { text: name } = element.name;
          const of = this.namespaces.get(name);
          const from = { specifier, name: (element.propertyName ?? element.name).text };
          scope.declare(name, "import", element, of === undefined ? from : { specifier: of, name: "*" });
        }
  }

  private importEquals(statement: ts.ImportEqualsDeclaration, scope: Scope): void {
    const { ts } = this;
    if (statement.isTypeOnly) return;
    const reference = statement.moduleReference;
    const from =
      ts.isExternalModuleReference(reference) && ts.isStringLiteral(reference.expression)
        ? { specifier: reference.expression.text, name: "=" }
        : undefined;
    scope.declare(statement.name.text, "import", statement, from);
  }

  /** `declare …`: nothing of it exists at run time in this file. */
  isAmbient(node: ts.Node): boolean {
    const { ts } = this;
    return (
      ts.canHaveModifiers(node) === true &&
      (ts.getModifiers(node)?.some(modifier => modifier.kind === ts.SyntaxKind.DeclareKeyword) ?? false)
    );
  }

  /** Whether a namespace holds anything but types. */
  isInstantiated(node: ts.ModuleDeclaration): boolean {
    const { ts } = this;
    const { body } = node;
    if (body === undefined) return false;
    if (ts.isModuleDeclaration(body)) return this.isInstantiated(body);
    if (!ts.isModuleBlock(body)) return false;
    return body.statements.some(
      statement =>
        !ts.isInterfaceDeclaration(statement) &&
        !ts.isTypeAliasDeclaration(statement) &&
        !(ts.isModuleDeclaration(statement) && !this.isInstantiated(statement)),
    );
  }
}
