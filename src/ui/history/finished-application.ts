import { open } from "node:fs/promises";
import type { SparkListener } from "../../core/scheduler/events.js";
import { AppStatusStore } from "../status/app-status-store.js";
import type { Application } from "../status/application.js";
import type { Environment, Property } from "../status/environment.js";
import { StorageStatusStore } from "../status/storage-status-store.js";
import type { StreamingStatusStore } from "../status/streaming-status-store.js";
import { number, object, strings, text } from "./json-values.js";
import { logLines } from "./log-lines.js";
import { readEvent } from "./read-event.js";
import { afterEvent } from "./read-streaming-event.js";

/** Bytes by which an event log is known. */
const BEGINNING = 256;

/** An application as its event log tells it. */
export class FinishedApplication implements Application {
  id = "";
  name = "";
  user = "";
  version = "";
  startTime = 0;
  endTime: number | undefined;
  cores = 0;
  maxMemory = 0;
  readonly address = "localhost";
  readonly jobs = new AppStatusStore({ retainedJobs: 10_000, retainedStages: 10_000, retainedTasks: 100_000 });
  readonly storage = new StorageStatusStore();
  streaming: StreamingStatusStore | undefined;
  readonly dashboard = undefined;
  readonly control = undefined;
  readonly isHistory = true;
  #lastTime = 0;
  #environment: Environment = {
    runtime: { javaVersion: "", javaHome: "", scalaVersion: "" },
    sparkProperties: [],
    hadoopProperties: [],
    systemProperties: [],
    origin: () => "event log",
  };

  private constructor() {}

  /**
   * Reads an event log; a line that is no event, as the last one of a process that was killed, or is longer than any is left out.
   *
   * @param completed whether the application has ended, as the name of the file says
   * @returns `undefined` when the file is no event log
   * @throws the file system's error where it cannot be read
   */
  static async read(file: string, completed: boolean): Promise<FinishedApplication | undefined> {
    const app = new FinishedApplication();
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(BEGINNING), position: 0 });
      // What else lies there may be huge, and have no lines at all.
      if (!/^\s*\{\s*"Event"/.test(buffer.toString("utf8", 0, bytesRead))) return undefined;
      for await (const lines of logLines(handle)) for (const line of lines) app.#take(line);
    } finally {
      await handle.close();
    }
    if (app.id === "") return undefined;
    if (completed) app.endTime ??= app.#lastTime;
    return app;
  }

  get master(): string {
    return this.#environment.sparkProperties.find(([key]) => key === "spark.master")?.[1] ?? "";
  }

  now = (): number => this.endTime ?? this.#lastTime;

  environment(): Environment {
    return this.#environment;
  }

  #take(line: string): void {
    let json: Readonly<Record<string, unknown>>;
    try {
      json = object(JSON.parse(line));
    } catch {
      return;
    }
    this.#takeFacts(json);
    this.streaming = afterEvent(this.streaming, json);
    const found = readEvent(json);
    if (found === undefined) return;
    const [name, event] = found;
    for (const listener of [this.jobs, this.storage] as SparkListener[]) {
      (listener[name] as ((event: unknown) => void) | undefined)?.call(listener, event);
    }
    if (name === "onApplicationStart") {
      [this.id, this.name, this.user] = [event.appId, event.appName, event.sparkUser];
      this.startTime = event.time;
    }
    if (name === "onApplicationEnd") this.endTime = event.time;
    if ("time" in event) this.#lastTime = Math.max(this.#lastTime, event.time);
    if (name === "onTaskEnd") this.#lastTime = Math.max(this.#lastTime, event.taskInfo.finishTime ?? 0);
  }

  #takeFacts(json: Readonly<Record<string, unknown>>): void {
    switch (json["Event"]) {
      case "SparkListenerLogStart":
        this.version = text(json["Spark Version"]);
        break;
      case "SparkListenerBlockManagerAdded":
        this.maxMemory += number(json["Maximum Memory"]);
        break;
      case "SparkListenerExecutorAdded":
        this.cores += number(object(json["Executor Info"])["Total Cores"]);
        break;
      case "SparkListenerEnvironmentUpdate": {
        const jvm = object(json["JVM Information"]);
        this.#environment = {
          runtime: {
            javaVersion: text(jvm["Java Version"]),
            javaHome: text(jvm["Java Home"]),
            scalaVersion: text(jvm["Scala Version"]),
          },
          sparkProperties: sorted(json["Spark Properties"]),
          hadoopProperties: sorted(json["Hadoop Properties"]),
          systemProperties: sorted(json["System Properties"]),
          origin: () => "event log",
        };
      }
    }
  }
}

function sorted(json: unknown): Property[] {
  return Object.entries(strings(json)).sort(([a], [b]) => (a < b ? -1 : 1));
}
