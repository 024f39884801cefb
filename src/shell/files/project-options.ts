import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import type { TypePaths } from "../types/package-paths.js";
import type { TypeScript } from "../types/typescript.js";

/** How the user's own files are compiled. */
export interface ProjectOptions {
  /** The working directory's `tsconfig.json`, absent when there is none. */
  readonly project?: string;
  /** Laid over it. */
  readonly compilerOptions: Readonly<Record<string, unknown>>;
  /** `paths` of the project, with absolute targets: what an import of such a name means. */
  readonly paths: Readonly<Record<string, readonly string[]>>;
}

/**
 * The options of the working directory's `tsconfig.json`, or those of the prompt where there is none; Node's types and
 * tspark's are added, so that an empty folder is enough.
 */
export function projectOptions(typescript: TypeScript, directory: string, types: TypePaths): ProjectOptions {
  const own: Record<string, readonly string[]> = { tspark: [types.api] };
  for (const [name, file] of Object.entries(types.subpaths)) own[`tspark/${name}`] = [file];
  const project = path.join(directory, "tsconfig.json");
  if (!existsSync(project)) {
    return {
      compilerOptions: {
        target: "es2022",
        module: "esnext",
        moduleDetection: "force",
        moduleResolution: "bundler",
        lib: ["es2023"],
        strict: true,
        esModuleInterop: true,
        resolveJsonModule: true,
        allowImportingTsExtensions: true,
        allowJs: true,
        skipLibCheck: true,
        noUncheckedSideEffectImports: false,
        types: ["node"],
        typeRoots: [...types.typeRoots],
        paths: own,
      },
      paths: {},
    };
  }
  const parsed = typescript.getParsedCommandLineOfConfigFile(project, undefined, {
    ...typescript.sys,
    onUnRecoverableConfigFileDiagnostic: () => {
      // ts-node reads the file again and reports what is wrong with it.
    },
  });
  const options = parsed?.options ?? {};
  const base = options.baseUrl ?? (options.pathsBasePath as string | undefined) ?? directory;
  const paths: Record<string, readonly string[]> = {};
  for (const [name, targets] of Object.entries(options.paths ?? {})) {
    paths[name] = targets.map(target => path.resolve(base, target));
  }
  const packages = options.types ?? typePackages(path.join(directory, "node_modules", "@types"));
  return {
    project,
    compilerOptions: {
      // ts-node would go back to ES5.
      ...(options.target === undefined && { target: "es2023" }),
      allowJs: true,
      // The shell's names are globals: a file that is no module could not declare one of its own by such a name.
      moduleDetection: "force",
      // All files are translated to CommonJS, where it would forbid every import and export.
      verbatimModuleSyntax: false,
      // What a project's build complains of as unused runs all the same.
      noUnusedLocals: false,
      noUnusedParameters: false,
      // As behind TypeScript 5.9, whatever a later one takes for the default.
      noUncheckedSideEffectImports: options.noUncheckedSideEffectImports ?? false,
      types: [...new Set([...packages, "node"])],
      typeRoots: [...(options.typeRoots ?? [path.join(directory, "node_modules", "@types")]), ...types.typeRoots],
      // `tspark` is the running shell, whatever the project maps it to.
      paths: { ...paths, ...own },
    },
    paths,
  };
}

function typePackages(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter(name => !name.startsWith(".")) : [];
}

/** The files an import of `specifier` may mean by `paths`, the best pattern's first; none where no pattern fits. */
export function pathCandidates(paths: ProjectOptions["paths"], specifier: string): readonly string[] {
  const exact = paths[specifier];
  if (exact !== undefined) return exact;
  const patterns = Object.keys(paths).filter(key => key.includes("*"));
  patterns.sort((a, b) => b.indexOf("*") - a.indexOf("*"));
  for (const pattern of patterns) {
    const [head, tail] = pattern.split("*") as [string, string];
    if (specifier.startsWith(head) && specifier.endsWith(tail) && specifier.length >= head.length + tail.length) {
      const star = specifier.slice(head.length, specifier.length - tail.length);
      return paths[pattern]!.map(target => target.replace("*", star));
    }
  }
  return [];
}
