import type { ByteChunks } from "../../core/io/file-system.js";
import { locate } from "../../core/io/file-systems.js";
import type { Partition } from "../../core/plan/partition.js";
import { plainPartitions } from "../../core/plan/partition.js";
import { SourceNode } from "../../core/plan/source-node.js";
import { RDD } from "../../core/rdd/rdd.js";
import type { SparkContext } from "../../core/spark-context.js";
import { E } from "../errors.js";

/** Reads files as records of a fixed length. */
export class BinaryRecords {
  constructor(
    private readonly sparkContext: SparkContext,
    private readonly recordLength: number,
  ) {
    if (!Number.isInteger(recordLength) || recordLength < 1) throw E.BAD_RECORD_LENGTH(recordLength);
  }

  /** The records of one file, in one partition. */
  read(path: string): RDD<Buffer> {
    return new RDD(this.sparkContext, new BinaryRecordsNode(path.replace(/\\([\s\S])/g, "$1"), this.recordLength));
  }
}

/** The records of a file. Spark's `BinaryFileRDD` with `FixedLengthBinaryInputFormat`. */
class BinaryRecordsNode extends SourceNode<Buffer> {
  readonly kind = "BinaryRecordsRDD";

  constructor(
    private readonly file: string,
    private readonly recordLength: number,
  ) {
    super();
  }

  protected listPartitions(): readonly Partition[] {
    return plainPartitions(1);
  }

  async *compute(): AsyncGenerator<readonly Buffer[]> {
    const { fs, path } = locate(this.file);
    const size = (await (fs.later ?? fs).status(path))?.length ?? 0;
    if (size % this.recordLength !== 0) throw E.TORN_RECORD(this.file, size, this.recordLength);
    // The beginnings of a record are put together once, however many pieces it comes in.
    let pieces: Buffer[] = [];
    let held = 0;
    for await (const bytes of fs.read(path) as ByteChunks) {
      // A copy: the file system reads the next piece into the same memory.
      pieces.push(Buffer.from(bytes));
      held += bytes.length;
      if (held < this.recordLength) continue;
      const data = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, held);
      held %= this.recordLength;
      const whole = data.length - held;
      const records: Buffer[] = [];
      for (let at = 0; at < whole; at += this.recordLength) records.push(data.subarray(at, at + this.recordLength));
      pieces = held === 0 ? [] : [data.subarray(whole)];
      yield records;
    }
  }
}
