import { readFile } from "node:fs/promises";
import { type Transformed, type TransformOptions, transform } from "./transform.js";

/** Which files a plug-in transforms. */
export interface PluginOptions extends TransformOptions {
  /** Whether a file, by its absolute path, is transformed; default: `.ts`, `.tsx`, `.mts` and `.cts` outside `node_modules`. */
  readonly include?: (path: string) => boolean;
}

const isOwnTypeScript = (path: string): boolean => /\.[cm]?tsx?$/.test(path) && !/[\\/]node_modules[\\/]/.test(path);

/** What Vite, Vitest and Rollup take for a plug-in. */
export interface VitePlugin {
  readonly name: string;
  readonly enforce: "pre";
  transform(code: string, id: string): Transformed | undefined;
}

/**
 * A plug-in for Vite, Vitest and Rollup: closures of the project's own files travel to workers.
 *
 * @example
 * // needs: a project built with Vite
 * // vitest.config.ts
 * import { vitePlugin } from "tspark/transformer";
 * const config = { plugins: [vitePlugin()] };
 */
export function vitePlugin(options: PluginOptions = {}): VitePlugin {
  const { include = isOwnTypeScript } = options;
  return {
    name: "tspark",
    // before types are erased, and names with them
    enforce: "pre",
    transform(code, id) {
      const path = id.replace(/[?#].*$/, "");
      return include(path) ? transform(code, path, options) : undefined;
    },
  };
}

/** As much of esbuild's interface as a plug-in needs. */
export interface EsbuildPlugin {
  readonly name: string;
  setup(build: {
    onLoad(
      options: { readonly filter: RegExp },
      load: (args: {
        readonly path: string;
      }) => Promise<{ readonly contents: string; readonly loader: "js" | "jsx" } | undefined>,
    ): void;
  }): void;
}

/**
 * A plug-in for esbuild (and what is built on it, tsup): closures of the project's own files travel to workers.
 *
 * @example
 * // needs: a project built with esbuild
 * import { build } from "esbuild";
 * import { esbuildPlugin } from "tspark/transformer";
 * await build({ entryPoints: ["app.ts"], bundle: true, platform: "node", plugins: [esbuildPlugin()] });
 */
export function esbuildPlugin(options: PluginOptions = {}): EsbuildPlugin {
  const { include = isOwnTypeScript } = options;
  return {
    name: "tspark",
    setup(build) {
      build.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path }) => {
        if (!include(path)) return undefined;
        const { code, map } = transform(await readFile(path, "utf8"), path, options);
        const url = `data:application/json;base64,${Buffer.from(map).toString("base64")}`;
        return { contents: `${code}\n//# sourceMappingURL=${url}`, loader: path.endsWith("x") ? "jsx" : "js" };
      });
    },
  };
}
