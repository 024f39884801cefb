/** A NameNode that was asked in vain. */
export interface Attempt {
  /** `host:port` */
  readonly address: string;
  /** Where the address came from. */
  readonly from: string;
  /** Whether nobody has named its port. */
  readonly guessed: boolean;
  readonly why: string;
}

/** Why HDFS did not do what it was asked for. Plain data: it comes from the thread that asks. */
export type Failure =
  /** No NameNode answered; the last attempt at each. */
  | { readonly kind: "unreachable"; readonly attempts: readonly Attempt[] }
  /** It said no, with an exception of Hadoop's. */
  | { readonly kind: "remote"; readonly address: string; readonly exception: string; readonly message: string }
  /** What answers there wants to know who asks, beyond a name. */
  | { readonly kind: "unauthenticated"; readonly address: string }
  /** What answers there does not speak WebHDFS. */
  | { readonly kind: "foreign"; readonly address: string; readonly from: string; readonly answer: string }
  /** A DataNode failed, in the middle of a file's bytes most of all. */
  | { readonly kind: "dataNode"; readonly address: string; readonly position: number; readonly why: string };

/** A {@link Failure} on its way to whoever knows what the user wanted. */
export class HdfsFailure extends Error {
  constructor(readonly failure: Failure) {
    super(failure.kind);
  }
}

/** Whether HDFS answered with that exception. */
export function isRemote(error: unknown, ...exceptions: readonly string[]): boolean {
  return (
    error instanceof HdfsFailure && error.failure.kind === "remote" && exceptions.includes(error.failure.exception)
  );
}
