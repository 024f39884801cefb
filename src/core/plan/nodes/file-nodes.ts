import { type InputFile, inputFilesLater, listInputFiles } from "../../io/input-files.js";
import { readObjectFile } from "../../io/object-file.js";
import { readLines, readWhole } from "../../io/read-lines.js";
import { type FileSplit, groupFiles, textSplits } from "../../io/splits.js";
import type { TaskContext } from "../../scheduler/task-context.js";
import type { Chunks } from "../chunks.js";
import type { Partition } from "../partition.js";
import { expectLookingAhead } from "../plan-node.js";
import { SourceNode } from "../source-node.js";
import { registerNode } from "../travel.js";

interface SplitPartition extends Partition {
  readonly split: FileSplit;
}

/** Files, looked for when a job begins or, before that, when the partitions are asked for. */
abstract class FilesNode<T> extends SourceNode<T> {
  #files: readonly InputFile[] | undefined;

  constructor(private readonly paths: string) {
    super();
    if (/(?:^|,)\s*(?!file:)[a-z][\w+.-]+:\//i.test(paths)) expectLookingAhead();
  }

  protected get files(): readonly InputFile[] {
    return (this.#files ??= listInputFiles(this.paths));
  }

  protected override lookAhead(): Promise<void> | undefined {
    if (this.#files !== undefined) return undefined;
    return inputFilesLater(this.paths)?.then(files => {
      this.#files = files;
    });
  }
}

/** The lines of text files. */
export class TextFileNode extends FilesNode<string> {
  readonly kind = "MapPartitionsRDD";

  constructor(
    paths: string,
    private readonly minPartitions: number,
    private readonly minSize: number,
  ) {
    super(paths);
  }

  protected listPartitions(): readonly SplitPartition[] {
    return textSplits(this.files, this.minPartitions, this.minSize).map((split, index) => ({
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
export class WholeFilesNode<T extends string | Buffer> extends FilesNode<[string, T]> {
  readonly kind: string;

  constructor(
    paths: string,
    private readonly minPartitions: number,
    private readonly form: "text" | "bytes",
  ) {
    super(paths);
    this.kind = form === "text" ? "MapPartitionsRDD" : "BinaryFileRDD";
  }

  protected listPartitions(): readonly FilesPartition[] {
    const { files } = this;
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
export class ObjectFileNode<T> extends FilesNode<T> {
  readonly kind = "MapPartitionsRDD";

  protected listPartitions(): readonly FilesPartition[] {
    return this.files.map((file, index) => ({ index, files: [file] }));
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
