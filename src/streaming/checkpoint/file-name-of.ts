/** A uid, which is the user's, as part of a file's name: what such a name cannot hold is written as its code. */
export function fileNameOf(uid: string): string {
  return uid.replace(/[^A-Za-z0-9]/g, c => `_${c.codePointAt(0)!.toString(16)}`);
}
