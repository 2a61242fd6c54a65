/**
 * Makes a value when it is first asked for. The first segmenter of `Intl` takes 10 ms and the first format of dates 5,
 * for which every start would wait.
 */
export function lazy<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
