import type { SpillFile } from "../storage/spill-file.js";
import type { FileBlock, PackedBlock } from "./columns/column.js";
import { isPacked, type ShuffleBlock } from "./shuffle-block.js";

/** What a map task wrote into files: blocks for each reduce partition. */
export interface OutputFile {
  readonly paths: readonly string[];
  readonly blocks: readonly (readonly FileBlock[] | undefined)[];
}

/**
 * Writes a block for each reduce partition behind what `before` has already. When it fails nothing is left of `file`.
 *
 * @throws Refusal when something in them cannot be made bytes
 */
export function writeOutput(
  file: SpillFile,
  blocks: readonly (ShuffleBlock | PackedBlock | undefined)[],
  before: OutputFile = { paths: [], blocks: [] },
): OutputFile {
  try {
    const n = Math.max(blocks.length, before.blocks.length);
    const written = Array.from({ length: n }, (_, r) => {
      const block = blocks[r];
      const last = block === undefined ? [] : isPacked(block) ? [copy(block, file)] : file.append(block);
      return [...(before.blocks[r] ?? []), ...last];
    });
    file.close();
    return { paths: [...before.paths, file.path], blocks: written };
  } catch (error) {
    file.remove();
    throw error;
  }
}

/** Copies a block from shared memory as it is. */
function copy({ memory, from, to, length, keys, values }: PackedBlock, file: SpillFile): FileBlock {
  const at = file.write(new Uint8Array(memory, from, to - from));
  return { file: file.path, at, bytes: to - from, base: from, length, keys, values };
}
