/** The records whose status is one of the query's `status`; all where it names none. */
export function withStatus<R extends { readonly status: string }>(
  records: readonly R[],
  query: URLSearchParams,
): readonly R[] {
  const wanted = query.getAll("status").map(s => s.toUpperCase());
  return wanted.length === 0 ? records : records.filter(r => wanted.includes(r.status));
}

/** Whether a part of a path is the number of something. */
export function isNumber(text: string): boolean {
  return /^[0-9]{1,15}$/.test(text);
}
