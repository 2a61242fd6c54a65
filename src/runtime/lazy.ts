/**
 * Makes a value when it is first asked for. Of `Intl`, the first segmenter takes 10 ms and the first format of dates 5,
 * which every start would wait for.
 */
export function lazy<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
