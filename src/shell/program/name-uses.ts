import type ts from "typescript";
import type { TypeScript } from "../types/typescript.js";

/** A place in a text where a name of the top level stands, its own or another input's. */
export interface NameUse {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** How another name is written there: as it is, as `a: b`, or as `a as b`. */
  readonly form: "plain" | "property" | "alias";
  /** Which of the things of that name is meant there. */
  readonly meaning: "value" | "type" | "any";
  /** The text declares it; otherwise it is the session's, or nobody's. */
  readonly own: boolean;
}

/** A text taken apart. */
export interface ParsedText {
  readonly source: ts.SourceFile;
  readonly uses: readonly NameUse[];
}

/** Parses texts, each a module of its own, and finds the names of their top levels. No types are needed for that. */
export function parseTexts(typescript: TypeScript, texts: readonly string[]): ParsedText[] {
  const fileOf = (i: number) => `/input_${i}.ts`;
  const target = typescript.ScriptTarget.ES2022;
  const sources = new Map(
    texts.map((text, i) => [
      fileOf(i),
      typescript.createSourceFile(
        fileOf(i),
        text,
        { languageVersion: target, setExternalModuleIndicator: asModule },
        true,
      ),
    ]),
  );
  const program = typescript.createProgram({
    rootNames: [...sources.keys()],
    options: { noLib: true, noResolve: true, moduleDetection: typescript.ModuleDetectionKind.Force, types: [] },
    host: {
      getSourceFile: name => sources.get(name),
      getDefaultLibFileName: () => "lib.d.ts",
      writeFile: () => {},
      getCurrentDirectory: () => "/",
      getCanonicalFileName: name => name,
      useCaseSensitiveFileNames: () => true,
      getNewLine: () => "\n",
      fileExists: name => sources.has(name),
      readFile: () => undefined,
    },
  });
  const checker = program.getTypeChecker();
  return [...sources.values()].map(source => ({ source, uses: usesOf(typescript, checker, source) }));
}

/** A text without imports is a module, too: its names are nobody else's. */
function asModule(file: ts.SourceFile): void {
  (file as { externalModuleIndicator?: unknown }).externalModuleIndicator ??= true;
}

function usesOf(t: TypeScript, checker: ts.TypeChecker, source: ts.SourceFile): NameUse[] {
  const uses: NameUse[] = [];
  const meaning = t.SymbolFlags.Value | t.SymbolFlags.Type | t.SymbolFlags.Namespace | t.SymbolFlags.Alias;
  const visit = (node: ts.Node): void => {
    if (t.isIdentifier(node)) add(node);
    t.forEachChild(node, visit);
  };
  const add = (id: ts.Identifier) => {
    const form = formOf(t, id);
    if (form === undefined) return;
    const symbol = checker.resolveName(id.text, id, meaning, false);
    const own = symbol?.declarations?.some(d => isTopLevel(t, d)) ?? false;
    if (symbol?.declarations?.length && !own) return;
    uses.push({ name: id.text, start: id.getStart(source), end: id.end, form, meaning: meaningOf(t, id), own });
  };
  visit(source);
  return uses;
}

/** How a name could be written differently in its place; undefined where it is no name of a scope. */
function formOf(t: TypeScript, id: ts.Identifier): NameUse["form"] | undefined {
  const { parent } = id;
  if (t.isShorthandPropertyAssignment(parent) && parent.name === id) return "property";
  if (t.isBindingElement(parent)) {
    if (parent.propertyName === id) return undefined;
    if (parent.name !== id) return "plain";
    if (!isTopLevel(t, parent)) return undefined;
    const inObject = t.isObjectBindingPattern(parent.parent) && parent.propertyName === undefined;
    return inObject && parent.dotDotDotToken === undefined ? "property" : "plain";
  }
  if (t.isImportSpecifier(parent)) {
    if (parent.propertyName === id) return undefined;
    return parent.propertyName === undefined ? "alias" : "plain";
  }
  if (t.isExportSpecifier(parent) || t.isLabeledStatement(parent) || t.isBreakOrContinueStatement(parent))
    return undefined;
  if (t.isMetaProperty(parent) || t.isNamedTupleMember(parent)) return undefined;
  if (t.isQualifiedName(parent)) return parent.left === id ? "plain" : undefined;
  if ((parent as { readonly name?: ts.Node }).name === id) return isTopLevel(t, parent) ? "plain" : undefined;
  return "plain";
}

/** What stands in the place of a type means a type; what may have members of both kinds, or is both itself, anything. */
function meaningOf(t: TypeScript, id: ts.Identifier): NameUse["meaning"] {
  const { parent } = id;
  if (t.isTypeAliasDeclaration(parent) || t.isInterfaceDeclaration(parent)) return "type";
  if (t.isTypeReferenceNode(parent)) return "type";
  if (t.isExpressionWithTypeArguments(parent) && t.isHeritageClause(parent.parent)) {
    const extended = parent.parent.token === t.SyntaxKind.ExtendsKeyword && t.isClassLike(parent.parent.parent);
    return extended ? "value" : "type";
  }
  const isBoth =
    t.isQualifiedName(parent) ||
    t.isClassDeclaration(parent) ||
    t.isEnumDeclaration(parent) ||
    t.isModuleDeclaration(parent) ||
    t.isImportSpecifier(parent) ||
    t.isImportClause(parent) ||
    t.isNamespaceImport(parent) ||
    t.isImportEqualsDeclaration(parent);
  return isBoth ? "any" : "value";
}

/** Whether a declaration stands at the top level of its text. */
function isTopLevel(t: TypeScript, declaration: ts.Node): boolean {
  let node = declaration;
  while (
    t.isBindingElement(node) ||
    t.isObjectBindingPattern(node) ||
    t.isArrayBindingPattern(node) ||
    t.isVariableDeclaration(node) ||
    t.isVariableDeclarationList(node) ||
    t.isImportSpecifier(node) ||
    t.isNamedImports(node) ||
    t.isNamespaceImport(node) ||
    t.isImportClause(node)
  ) {
    node = node.parent;
  }
  const isStatement =
    t.isVariableStatement(node) ||
    t.isFunctionDeclaration(node) ||
    t.isClassDeclaration(node) ||
    t.isInterfaceDeclaration(node) ||
    t.isTypeAliasDeclaration(node) ||
    t.isEnumDeclaration(node) ||
    t.isModuleDeclaration(node) ||
    t.isImportDeclaration(node) ||
    t.isImportEqualsDeclaration(node);
  return isStatement && t.isSourceFile(node.parent);
}
