import type { MessagePort } from "node:worker_threads";
import type { Unwritable } from "./copy-to-local.js";
import type { Failure } from "./failure.js";
import type { RemoteStatus, WebHdfsOptions } from "./web-hdfs.js";

/** What the thread that asks is started with. */
export interface BlockingStart {
  readonly port: MessagePort;
  /** Grows with each message of the thread's: whoever waits looks for messages when it has changed. */
  readonly signal: Int32Array;
}

/** What it is asked, or to do. */
export type Ask =
  | { readonly ask: "status" | "list"; readonly path: string }
  /** Copies to a path of this machine. */
  | { readonly ask: "copy"; readonly path: string; readonly target: string };

/** A question to it. */
export type Question = Ask & { readonly id: number; readonly options: WebHdfsOptions };

/** What it says; the first thing is that it is ready. */
export type Reply =
  | { readonly ready: true }
  /** It waits for a NameNode: a line for the log. */
  | { readonly note: string }
  /** A copy goes on. */
  | { readonly moved: true }
  | { readonly id: number; readonly status: RemoteStatus | undefined }
  | { readonly id: number; readonly list: readonly RemoteStatus[] }
  | { readonly id: number; readonly copied: true }
  | { readonly id: number; readonly failure: Failure }
  | { readonly id: number; readonly unwritable: Unwritable }
  /** A fault of ours. */
  | { readonly id: number; readonly fault: string };
