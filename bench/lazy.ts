/** `open`, called when it is first asked for, and once: rows share what only some of them may need. */
export function lazy<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return () => (opened ??= open());
}
