import { createRequire } from "node:module";
import path from "node:path";
import { E } from "../errors.js";
import type { Command, CommandContext } from "./command.js";

export const requirePackage: Command = {
  name: "require",
  args: "PACKAGE",
  doc: "imports a package under its own name",
  details:
    "What a package exports by default is imported under the package's name, else everything it exports. At a terminal a package that is not installed is offered to npm.",
  async run(context, argument) {
    const [name, ...more] = argument.split(/\s+/);
    if (!name || more.length > 0) throw E.COMMAND_ARGUMENTS("require", ":require PACKAGE, e.g. :require lodash");
    const specifier = name.replace(/^(["'])(.*)\1$/, "$2");
    if (!isInstalled(specifier, context.directory)) await install(context, specifier);
    return context.run(await importText(context, specifier));
  },
};

function isInstalled(specifier: string, directory: string): boolean {
  try {
    createRequire(path.join(directory, "x.js")).resolve(specifier);
    return true;
  } catch (error) {
    // A package that can only be imported is there, too.
    return (error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND" || /\.[cm]?tsx?$/.test(specifier);
  }
}

async function install({ ask, runProgram, directory }: CommandContext, specifier: string): Promise<void> {
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
  // What becomes part of a command line may hold nothing else than a package's name does.
  const installable = /^(?:@[\w.-]+\/)?[\w.-]+$/.test(name) && !/^[.-]/.test(name);
  const answer = installable
    ? await ask?.(`${name} is not installed. Run "npm install ${name}" in ${directory}? [y/N] `)
    : "";
  if (!/^\s*y(?:es)?\s*$/i.test(answer ?? "")) throw E.PACKAGE_MISSING(specifier, directory);
  const end = await runProgram(`npm install ${name}`);
  if (end.code !== 0) throw E.PROGRAM_FAILED(`npm install ${name}`, end.code ?? end.signal ?? "unknown");
}

/** The import that gives a package its name: of its default where it has one, of everything else; untyped where it has no types. */
async function importText({ session }: CommandContext, specifier: string): Promise<string> {
  const quoted = JSON.stringify(specifier);
  const name = nameOf(specifier);
  if ((await session.typeOf(`(await import(${quoted})).default`)).ok) return `import ${name} from ${quoted}`;
  if ((await session.typeOf(`await import(${quoted})`)).ok) return `import * as ${name} from ${quoted}`;
  return `const ${name} = require(${quoted})`;
}

/** `lodash`, `@scope/some-thing` as `someThing`, `node:fs/promises` as `promises`. */
function nameOf(specifier: string): string {
  const last = specifier
    .replace(/\.\w+$/, "")
    .split(/[/:]/)
    .at(-1)!;
  const name = last.replace(/[^\w$]+(\w?)/g, (_, next: string) => next.toUpperCase());
  return /^[A-Za-z_$]/.test(name) ? name : `_${name}`;
}
