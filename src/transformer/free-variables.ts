import { Declarations } from "./declarations.js";
import { type Binding, Scope } from "./scope.js";
import type { TypeScript, ts } from "./typescript.js";

/** A variable that a function uses and that is declared outside of it. */
export interface FreeVariable {
  readonly name: string;
  /** Its first use in the function. */
  readonly node: ts.Identifier;
  /** What declares it in this file; absent for globals, and for names other files give. */
  readonly binding: Binding | undefined;
  /** Where the function, or one inside of it, assigns to it. */
  readonly writes: readonly ts.Identifier[];
  /**
   * Of a namespace (`import * as`) of which the function uses nothing but members, by their names: these, each by its first use.
   * Absent where it is used otherwise, too.
   */
  readonly members: ReadonlyMap<string, ts.PropertyAccessExpression> | undefined;
}

/** What a function (or class, or method of an object literal) takes from its surroundings. */
export interface Free {
  readonly variables: ReadonlyMap<string, FreeVariable>;
  /** An arrow function that uses the `this` around it. */
  readonly usesThis: boolean;
  /** An arrow function that uses the `arguments` around it. */
  readonly usesArguments: boolean;
  /** It, or a function in it, uses `import.meta`. */
  readonly usesImportMeta: boolean;
  /** `super`, `new.target`, a `#private` name or JSX from outside: what text alone cannot bring along. Empty when none. */
  readonly obstacles: readonly string[];
}

/** The nodes that `freeVariables` answers for. */
export type Closure = ts.FunctionLikeDeclaration | ts.ClassLikeDeclaration;

interface Writable {
  name: string;
  node: ts.Identifier;
  binding: Binding | undefined;
  writes: ts.Identifier[];
  members: Map<string, ts.PropertyAccessExpression> | undefined;
}

/** A function or class that is being looked at. */
interface Region {
  readonly kind: "arrow" | "function" | "class" | "initializer";
  /** Bindings of scopes less deep than this are outside. */
  readonly depth: number;
  readonly own: ts.Node | undefined;
  readonly variables: Map<string, Writable>;
  readonly obstacles: Set<string>;
  usesThis: boolean;
  usesArguments: boolean;
  usesImportMeta: boolean;
  /** Of a class: the `#names` it declares. */
  readonly privates?: ReadonlySet<string>;
}

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
  readonly found = new Map<Closure, Free>();
  readonly #declare: Declarations;
  #scope = new Scope(undefined);
  readonly #regions: Region[] = [];

  constructor(
    readonly ts: TypeScript,
    namespaces: ReadonlyMap<string, string> | undefined,
  ) {
    this.#declare = new Declarations(ts, namespaces);
  }

  file(file: ts.SourceFile): void {
    this.#declare.vars(file, this.#scope);
    this.#declare.statements(file.statements, this.#scope);
    this.#each(file);
  }

  // Scopes and regions

  #in<T>(run: (scope: Scope) => T): T {
    const outer = this.#scope;
    this.#scope = new Scope(outer);
    try {
      return run(this.#scope);
    } finally {
      this.#scope = outer;
    }
  }

  #region(
    node: Closure | undefined,
    kind: Region["kind"],
    run: (scope: Scope) => void,
    privates?: ReadonlySet<string>,
  ) {
    this.#in(scope => {
      const region: Region = {
        kind,
        depth: scope.depth,
        own: node,
        variables: new Map(),
        obstacles: new Set(),
        usesThis: false,
        usesArguments: false,
        usesImportMeta: false,
        ...(privates && { privates }),
      };
      this.#regions.push(region);
      run(scope);
      this.#regions.pop();
      if (node !== undefined)
        this.found.set(node, {
          variables: region.variables,
          usesThis: region.usesThis,
          usesArguments: region.usesArguments,
          usesImportMeta: region.usesImportMeta,
          obstacles: [...region.obstacles],
        });
    });
  }

  // References

  /** @param member what is used of it, where that is a member by its name */
  #use(node: ts.Identifier, write = false, member?: ts.PropertyAccessExpression): void {
    const name = node.text;
    const binding = this.#scope.find(name);
    if (name === "arguments" && binding === undefined) {
      this.#own(region => {
        region.usesArguments = true;
      });
      return;
    }
    const depth = binding?.scope.depth ?? -1;
    for (let i = this.#regions.length - 1; i >= 0; i--) {
      const region = this.#regions[i]!;
      if (depth >= region.depth) break;
      // a function declaration's text brings its own name along
      if (binding !== undefined && binding.node === region.own) continue;
      let variable = region.variables.get(name);
      if (variable === undefined) {
        variable = { name, node, binding, writes: [], members: binding?.from?.name === "*" ? new Map() : undefined };
        region.variables.set(name, variable);
      }
      if (member === undefined) variable.members = undefined;
      else if (!variable.members?.has(member.name.text)) variable.members?.set(member.name.text, member);
      if (write) variable.writes.push(node);
    }
  }

  /** Tells the arrow functions (and classes, by their computed keys) between here and the owner of `this`. */
  #own(tell: (region: Region) => void): void {
    for (let i = this.#regions.length - 1; i >= 0; i--) {
      const region = this.#regions[i]!;
      if (region.kind === "function" || region.kind === "initializer") return;
      tell(region);
    }
  }

  #private(name: string): void {
    for (let i = this.#regions.length - 1; i >= 0; i--) {
      const region = this.#regions[i]!;
      if (region.privates?.has(name)) return;
      region.obstacles.add(`uses the private member ${name} of the class around it`);
    }
  }

  // Nodes

  #each(node: ts.Node): void {
    this.ts.forEachChild(node, child => this.#visit(child));
  }

  #visit(node: ts.Node | undefined): void {
    if (node === undefined) return;
    const { ts } = this;
    const { SyntaxKind } = ts;
    if (ts.isIdentifier(node)) {
      this.#use(node);
      return;
    }
    if (this.#declare.isAmbient(node)) return;
    switch (node.kind) {
      case SyntaxKind.ThisKeyword:
        this.#own(region => {
          region.usesThis = true;
        });
        return;
      case SyntaxKind.SuperKeyword:
        this.#own(region => region.obstacles.add("uses super"));
        return;
      case SyntaxKind.PrivateIdentifier:
        this.#private((node as ts.PrivateIdentifier).text);
        return;
      case SyntaxKind.MetaProperty:
        if ((node as ts.MetaProperty).keywordToken === SyntaxKind.NewKeyword)
          this.#own(region => region.obstacles.add("uses new.target"));
        else for (const region of this.#regions) region.usesImportMeta = true;
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
      if (ts.isIdentifier(node.expression)) this.#use(node.expression, false, node);
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
      this.#use(node.name);
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
    if (ts.isIdentifier(node)) this.#use(node, true);
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
      this.#use(node.name, true);
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
    this.#region(node, kind, scope => {
      if (inLiteral) this.#name(node.name);
      if (ts.isFunctionExpression(node) && node.name) scope.declare(node.name.text, "function", node);
      this.#in(parameters => {
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
          this.#in(inner => {
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
    this.#region(
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
      if (member.initializer) this.#region(undefined, "initializer", () => this.#visit(member.initializer));
    } else if (ts.isClassStaticBlockDeclaration(member))
      this.#region(undefined, "initializer", scope => {
        this.#declare.vars(member.body, scope);
        this.#declare.statements(member.body.statements, scope);
        this.#each(member.body);
      });
    else this.#visit(member);
  }

  #block(node: ts.Block | ts.CaseBlock): void {
    const { ts } = this;
    this.#in(scope => {
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
    this.#in(scope => {
      const isList = initializer !== undefined && ts.isVariableDeclarationList(initializer);
      if (isList && initializer.flags & ts.NodeFlags.BlockScoped) this.#declare.list(initializer, scope);
      ts.forEachChild(node, child => {
        if (child === initializer && !isList && !ts.isForStatement(node)) this.#target(child);
        else this.#visit(child);
      });
    });
  }

  #catch(node: ts.CatchClause): void {
    this.#in(scope => {
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
    this.#in(scope => {
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
    this.#in(scope => {
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
    if (!node.isTypeOnly && ts.isIdentifier(entity)) this.#use(entity);
  }

  #jsx(node: ts.Node): void {
    for (const region of this.#regions) region.obstacles.add("contains JSX");
    this.ts.forEachChild(node, child => this.#jsxPart(child));
  }

  #jsxPart(node: ts.Node): void {
    const { ts } = this;
    if (ts.isJsxExpression(node) || ts.isJsxSpreadAttribute(node)) this.#visit(node.expression);
    else if (ts.isJsxElement(node) || ts.isJsxSelfClosingElement(node) || ts.isJsxFragment(node)) this.#jsx(node);
    else if (!ts.isIdentifier(node)) ts.forEachChild(node, child => this.#jsxPart(child));
  }
}
