import type { MessagePort } from "node:worker_threads";
import type { Failure } from "./failure.js";
import type { RemoteStatus, WebHdfsOptions } from "./web-hdfs.js";

/** What the thread that asks is started with. */
export interface BlockingStart {
  readonly port: MessagePort;
  /** Grows with each message of the thread's: whoever waits looks for messages when it has changed. */
  readonly signal: Int32Array;
}

/** A question to it. */
export interface Question {
  readonly id: number;
  readonly options: WebHdfsOptions;
  readonly ask: "status" | "list";
  readonly path: string;
}

/** What it says; the first thing is that it is ready. */
export type Reply =
  | { readonly ready: true }
  /** It waits for a NameNode: a line for the log. */
  | { readonly note: string }
  | { readonly id: number; readonly status: RemoteStatus | undefined }
  | { readonly id: number; readonly list: readonly RemoteStatus[] }
  | { readonly id: number; readonly failure: Failure }
  /** A fault of ours. */
  | { readonly id: number; readonly fault: string };
