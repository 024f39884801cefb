import { fileURLToPath } from "node:url";

/** The folders of tspark's own code: frames there are not the user's. */
const OWN = ownPrefixes(fileURLToPath(import.meta.url));

function ownPrefixes(file: string): readonly string[] {
  const path = file.replaceAll("\\", "/");
  const m = /^(.*?\/)(\.build\/src|src|dist)\/(?:core\/|[^/]*$)/.exec(path);
  if (m === null) return [path];
  const root = m[1]!;
  return [`${root}.build/src/`, `${root}src/`, `${root}dist/`];
}

/** Whether a file, as a stack names it, is tspark's own or Node's. */
export function isOwnFile(place: string): boolean {
  if (place.startsWith("node:")) return true;
  const file = (place.startsWith("file://") ? pathOf(place) : place).replaceAll("\\", "/");
  return OWN.some(prefix => file.startsWith(prefix));
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    return url;
  }
}

const FRAME = /^\s+at (?:.*? \()?((?:file:\/\/)?[^()]*?):\d+:\d+\)?$/;

/** The frames of the user's own code in a stack, a line each; neither ours, nor Node's, nor those of generated code. */
export function userFrames(stack: string): string[] {
  return stack.split("\n").filter(line => {
    const place = FRAME.exec(line)?.[1]?.replace(/^\s*at /, "");
    return place !== undefined && !isOwnFile(place.replace(/^async /, ""));
  });
}

/** A stack with the user's own frames only; as it is when none of its frames are the user's. */
export function withoutOwnFrames(stack: string): string {
  const lines = stack.split("\n");
  const first = lines.findIndex(line => /^\s+at /.test(line));
  if (first < 0) return stack;
  const frames = userFrames(stack);
  return frames.length === 0 ? stack : [...lines.slice(0, first), ...frames].join("\n");
}
