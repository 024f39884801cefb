// Flume's own programs for tests, through scripts/flume: `describeWithFlume` skips where Java or Maven is absent, unless
// TSPARK_TEST_NO_SKIP=1 asks for a failure.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before } from "node:test";
import { pathToFileURL } from "node:url";
import { describeNeeding } from "../helpers/describe-needing.js";

/** Flume's RPC client, which rejects what was not taken. */
export interface FlumeClient {
  append(body: string, headers?: Readonly<Record<string, string>>): Promise<unknown>;
  /** Events `"N:xxx"` with a header `i`, in one request. */
  batch(from: number, count: number, size?: number): Promise<unknown>;
  /** The same in requests of `batch`, each sent again, over a new connection, until it was taken. */
  load(
    from: number,
    count: number,
    options?: { batch?: number; size?: number },
  ): Promise<{ failures: number; ms: number }>;
  close(): Promise<unknown>;
}

export interface FlumeClients {
  open(port: number, settings?: Readonly<Record<string, string | number>>): Promise<FlumeClient>;
  /** One whose `load` connects. */
  openLater(port: number): Promise<FlumeClient>;
  stop(): Promise<unknown>;
}

export interface FlumeAgent {
  readonly pid: number;
  log(): string;
  stop(): Promise<unknown>;
  kill9(): Promise<unknown>;
}

type Settings = Readonly<Record<string, string | number | boolean>>;

interface FlumeScripts {
  whyNoFlume(): Promise<string | undefined>;
  startClients(): Promise<FlumeClients>;
  startAgent(options: { dir: string; source: Settings; sink: Settings; channel?: Settings }): Promise<FlumeAgent>;
}

// From the root of the checkout, where the test run starts: what is compiled lies elsewhere.
export const flume: FlumeScripts = await import(pathToFileURL(path.resolve("scripts/flume/index.mjs")).href);

/** What the tests of one file share. */
export interface FlumeFixture {
  /** Where a test may put files. */
  dir: string;
  clients: FlumeClients;
}

/** A suite with Flume's clients, in a process that is started before it and ended after it. */
export function describeWithFlume(name: string, suite: (fixture: FlumeFixture) => void): void {
  describeNeeding(name, flume.whyNoFlume, () => {
    const fixture = {} as FlumeFixture;
    before(async () => {
      fixture.dir = mkdtempSync(path.join(tmpdir(), "tspark-flume-"));
      fixture.clients = await flume.startClients();
    });
    after(async () => {
      await fixture.clients?.stop();
      rmSync(fixture.dir, { recursive: true, force: true });
    });
    suite(fixture);
  });
}
