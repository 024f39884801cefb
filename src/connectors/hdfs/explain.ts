import { E as IO } from "../../core/io/errors.js";
import { type Doing, E } from "./errors.js";
import { HdfsFailure } from "./failure.js";

/** What the user is told of a failure: as of a local file where it is the same. Anything else is given back. */
export function explain(error: unknown, doing: Doing, path: string, user: string): unknown {
  if (!(error instanceof HdfsFailure)) return error;
  const { failure } = error;
  switch (failure.kind) {
    case "unreachable":
      return E.HDFS_UNREACHABLE(path, doing, failure.attempts);
    case "unauthenticated":
      return E.HDFS_UNAUTHENTICATED(path, doing, failure.address);
    case "foreign":
      return E.HDFS_FOREIGN(path, doing, failure.address, failure.from, failure.answer);
    case "dataNode":
      return E.HDFS_DATA_NODE(path, doing, failure.address, failure.position, failure.why);
  }
  const { address, exception, message } = failure;
  const io = doing === "read" ? IO.UNREADABLE : IO.UNWRITABLE;
  switch (exception) {
    case "FileNotFoundException":
      return io(path, { code: /is not a file/.test(message) ? "EISDIR" : "ENOENT" });
    case "ParentNotDirectoryException":
      return io(path, { code: "ENOTDIR" });
    case "FileAlreadyExistsException":
      return io(path, "there is something by that name");
    case "PathIsNotEmptyDirectoryException":
      return io(path, "the directory is not empty: fs.delete(path, true) deletes what it holds, too");
    case "DSQuotaExceededException":
    case "NSQuotaExceededException":
    case "QuotaByStorageTypeExceededException":
      return io(path, message.replace(/\.$/, ""));
    case "AccessControlException":
      return E.HDFS_DENIED(path, doing, user, message);
    case "SafeModeException":
      return E.HDFS_SAFE_MODE(path, doing, message);
    default:
      return E.HDFS_FAILED(path, doing, address, exception, message);
  }
}
