import { type InputFile, listInputFiles } from "../../io/input-files.js";
import { readObjectFile } from "../../io/object-file.js";
import { readLines, readWhole } from "../../io/read-lines.js";
import { type FileSplit, groupFiles, textSplits } from "../../io/splits.js";
import type { TaskContext } from "../../scheduler/task-context.js";
import type { Chunks } from "../chunks.js";
import type { Partition } from "../partition.js";
import { SourceNode } from "../source-node.js";
import { registerNode } from "../travel.js";

interface SplitPartition extends Partition {
  readonly split: FileSplit;
}

/** The lines of text files. The files are looked for when the partitions are first asked for. */
export class TextFileNode extends SourceNode<string> {
  readonly kind = "MapPartitionsRDD";

  constructor(
    private readonly paths: string,
    private readonly minPartitions: number,
    private readonly minSize: number,
  ) {
    super();
  }

  protected listPartitions(): readonly SplitPartition[] {
    return textSplits(listInputFiles(this.paths), this.minPartitions, this.minSize).map((split, index) => ({
      index,
      split,
    }));
  }

  override travel() {
    return { kind: "TextFile", tellPartitions: true };
  }

  override extentOf(index: number) {
    return { bytes: (this.partitions[index] as SplitPartition).split.length };
  }

  compute({ split }: SplitPartition, context: TaskContext): Chunks<string> {
    return readLines(split, bytes => {
      context.metrics.inputBytes += bytes;
    });
  }
}

interface FilesPartition extends Partition {
  readonly files: readonly InputFile[];
}

/** Whole files, each as its name and its content: text (decompressed where its name asks for it) or bytes. */
export class WholeFilesNode<T extends string | Buffer> extends SourceNode<[string, T]> {
  readonly kind: string;

  constructor(
    private readonly paths: string,
    private readonly minPartitions: number,
    private readonly form: "text" | "bytes",
  ) {
    super();
    this.kind = form === "text" ? "MapPartitionsRDD" : "BinaryFileRDD";
  }

  protected listPartitions(): readonly FilesPartition[] {
    const files = listInputFiles(this.paths);
    const total = files.reduce((sum, f) => sum + f.length, 0);
    const groups = groupFiles(files, Math.max(1, Math.ceil(total / Math.max(1, this.minPartitions))));
    return groups.map((group, index) => ({ index, files: group }));
  }

  override travel() {
    return { kind: "WholeFiles", data: this.form, tellPartitions: true };
  }

  override extentOf(index: number) {
    return { bytes: bytesOf(this.partitions[index] as FilesPartition) };
  }

  async *compute({ files }: FilesPartition, context: TaskContext): AsyncGenerator<readonly [string, T][]> {
    for (const { path } of files) {
      context.check();
      const content = await readWhole(path, {
        decompress: this.form === "text",
        onBytes: bytes => {
          context.metrics.inputBytes += bytes;
        },
      });
      yield [[path, (this.form === "text" ? content.toString("utf8") : content) as T]];
    }
  }
}

/** What `saveAsObjectFile` wrote: a partition for each file. */
export class ObjectFileNode<T> extends SourceNode<T> {
  readonly kind = "MapPartitionsRDD";

  constructor(private readonly paths: string) {
    super();
  }

  protected listPartitions(): readonly FilesPartition[] {
    return listInputFiles(this.paths).map((file, index) => ({ index, files: [file] }));
  }

  override travel() {
    return { kind: "ObjectFile", tellPartitions: true };
  }

  override extentOf(index: number) {
    return { bytes: bytesOf(this.partitions[index] as FilesPartition) };
  }

  compute({ files }: FilesPartition, context: TaskContext): Chunks<T> {
    return readObjectFile<T>(files[0]!.path, bytes => {
      context.metrics.inputBytes += bytes;
    });
  }
}

function bytesOf({ files }: FilesPartition): number {
  return files.reduce((sum, f) => sum + f.length, 0);
}

registerNode("TextFile", () => new TextFileNode("", 0, 0));
registerNode("WholeFiles", (form: "text" | "bytes") => new WholeFilesNode("", 0, form));
registerNode("ObjectFile", () => new ObjectFileNode(""));
