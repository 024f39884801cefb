// Jars by Maven (once per change of their pom) and our Java tools compiled against them (once per change of their source).
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
export const digest = file => createHash("sha256").update(readFileSync(file)).digest("hex").slice(0, 12);

/** Why `subject` cannot be had here, or `undefined`: tests skip with this text. */
export async function whyNoJava(subject) {
  for (const [command, flag, name] of [
    ["java", "-version", "Java 17 or newer"],
    ["mvn", "-v", "Maven"],
  ]) {
    try {
      await run(command, [flag]);
    } catch {
      return `${subject} needs ${name}: "${command}" was not found on the PATH`;
    }
  }
  return undefined;
}

/** Fills `target` through `work(temporary)`, once, and whole or not at all, whoever else is doing the same. */
export async function once(target, work) {
  if (existsSync(target)) return target;
  const temporary = `${target}.${process.pid}`;
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  try {
    await work(temporary);
    try {
      renameSync(temporary, target);
    } catch (error) {
      if (!existsSync(target)) throw error;
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return target;
}

/** A folder below `cache` with the jars that `pom` depends on, downloaded when they are not there yet. */
export function jarsOf(pom, cache) {
  return once(path.join(cache, `lib-${digest(pom)}`), dir =>
    run("mvn", ["-q", "-B", "-f", pom, "dependency:copy-dependencies", `-DoutputDirectory=${dir}`]),
  );
}

/** A class path with the jars of `lib` and what `source` is compiled to. Needs a JDK, not only a JRE. */
export async function compiled(source, lib, cache) {
  const classes = await once(path.join(cache, `tools-${digest(source)}`), dir =>
    run("java", [
      ...["-m", "jdk.compiler/com.sun.tools.javac.Main", "-nowarn", "-d", dir],
      // The wildcard of a class path is the launcher's; the compiler, run as a module, wants the jars by name.
      ...[
        "-cp",
        readdirSync(lib)
          .map(jar => path.join(lib, jar))
          .join(path.delimiter),
        source,
      ],
    ]),
  );
  return [classes, path.join(lib, "*")].join(path.delimiter);
}
