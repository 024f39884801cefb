/** The records whose status is one of `statuses`, in any case; all where there is none. */
export function withStatus<R extends { readonly status: string }>(
  records: readonly R[],
  statuses: readonly string[],
): readonly R[] {
  const wanted = statuses.map(s => s.toUpperCase());
  return wanted.length === 0 ? records : records.filter(r => wanted.includes(r.status));
}

/** Whether a part of a path is the number of something. */
export function isNumber(text: string): boolean {
  return /^[0-9]{1,15}$/.test(text);
}
