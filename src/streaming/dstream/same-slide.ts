import { E } from "../errors.js";
import type { DStreamNode } from "./dstream-node.js";

/** Throws unless there are streams, all of one context and all with one slide duration. */
export function assertTogether(what: string, nodes: readonly DStreamNode<unknown>[]): void {
  const first = nodes[0];
  if (first === undefined) throw E.NO_STREAMS(what);
  if (nodes.some(node => node.graph !== first.graph)) throw E.DIFFERENT_CONTEXTS(what);
  const slides = nodes.map(node => node.slideDuration);
  if (slides.some(slide => !slide.equals(first.slideDuration))) throw E.DIFFERENT_SLIDES(what, slides.map(String));
}
