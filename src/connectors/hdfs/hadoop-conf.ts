import { readFileSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { HadoopSettings } from "../../core/io/hadoop-settings.js";
import { E } from "./errors.js";
import { parseHadoopXml } from "./hadoop-xml.js";

/** In the order in which they are read: later ones go over earlier ones. */
const FILES = ["core-site.xml", "hdfs-site.xml"] as const;

/** How often a value that names others is looked at again, as in Hadoop. */
const DEPTH = 20;

interface Setting {
  readonly value: string;
  /** Where it was set: a file, or the context's configuration. */
  readonly from: string;
  readonly final: boolean;
}

/**
 * Hadoop's configuration: `core-site.xml` and `hdfs-site.xml` of a directory, and over them what was set in the program.
 * `${key}` in a value is the value of that key; `${env.NAME}`, `${env.NAME:-text}`, `${user.name}`, `${user.home}` and
 * `${java.io.tmpdir}` stand for what they do in Hadoop, and what stands for nothing stays as it is.
 *
 * Spark's name: `org.apache.hadoop.conf.Configuration`.
 */
export class HadoopConf {
  private constructor(
    private readonly settings: ReadonlyMap<string, Setting>,
    /** The directory of the files, if any. */
    readonly directory: string | undefined,
    /** Those that are there. */
    private readonly files: readonly string[],
  ) {}

  /**
   * @param directory `HADOOP_CONF_DIR`; a file that is not in it sets nothing
   * @param given keys of the program: they go over all files, also over what is `final` there
   */
  static load(directory: string | undefined, given: HadoopSettings): HadoopConf {
    const settings = new Map<string, Setting>();
    const files: string[] = [];
    if (directory !== undefined) {
      if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) throw E.HDFS_NO_CONF_DIR(directory);
      for (const file of FILES.map(name => path.join(directory, name))) {
        const text = readIfThere(file);
        if (text === undefined) continue;
        files.push(path.basename(file));
        for (const { name, value, final } of parseHadoopXml(text, file)) {
          if (!settings.get(name)?.final) settings.set(name, { value, from: file, final });
        }
      }
    }
    for (const [key, value] of Object.entries(given))
      settings.set(key, { value, from: `spark.hadoop.${key}`, final: true });
    return new HadoopConf(settings, directory, files);
  }

  /** The value of a key, without white space around it; `undefined` where it is not set or empty. */
  get(key: string): string | undefined {
    const setting = this.settings.get(key);
    const value = setting && this.#expand(setting.value).trim();
    return value === "" ? undefined : value;
  }

  /** The parts of a value between commas. */
  list(key: string): string[] {
    const parts = this.get(key)?.split(",") ?? [];
    return parts.map(part => part.trim()).filter(part => part !== "");
  }

  /** For messages: the key, and where it was set. */
  origin(key: string): string {
    const from = this.settings.get(key)?.from;
    return from === undefined ? key : from.startsWith("spark.hadoop.") ? from : `${key} in ${from}`;
  }

  /** For messages: where a key that is not set is missing. */
  absence(file: (typeof FILES)[number]): string {
    const { directory } = this;
    if (directory === undefined) return "it is not set, nor is HADOOP_CONF_DIR";
    if (!this.files.includes(file)) return `there is no ${file} in HADOOP_CONF_DIR, ${directory}`;
    return `it is not set in ${file} of ${directory}`;
  }

  /** The keys that begin so. */
  keysFrom(prefix: string): string[] {
    return [...this.settings.keys()].filter(key => key.startsWith(prefix));
  }

  #expand(text: string): string {
    let value = text;
    for (let i = 0; i < DEPTH && value.includes("${"); i++) {
      const next = value.replace(/\$\{([^{}$\s]+)\}/g, (all, name: string) => this.#meaning(name) ?? all);
      if (next === value) break;
      value = next;
    }
    return value;
  }

  #meaning(name: string): string | undefined {
    if (name.startsWith("env.")) {
      const [, variable, colon, otherwise] = /^env\.([^:-]+)(?:(:?)-(.*))?$/.exec(name) ?? [];
      const value = variable === undefined ? undefined : process.env[variable];
      return value === undefined || (colon === ":" && value === "") ? otherwise : value;
    }
    switch (name) {
      case "user.name":
        return os.userInfo().username;
      case "user.home":
        return os.homedir();
      case "java.io.tmpdir":
        return os.tmpdir();
      default:
        return this.settings.get(name)?.value;
    }
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw E.HDFS_UNREADABLE_CONF_FILE.because(error, file, error instanceof Error ? error.message : String(error));
  }
}
