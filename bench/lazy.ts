let [spent, depth] = [0, 0];

/** Milliseconds that were spent in `settingUp` so far, by whatever group. */
export const setUpMs = () => spent;

/** Counts the time of `work` as set-up; what it sets up in turn counts once. */
export async function settingUp<T>(work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  depth++;
  try {
    return await work();
  } finally {
    depth--;
    if (depth === 0) spent += performance.now() - begun;
  }
}

/** Calls `open` once, when it is first needed: rows share what only some of them need. */
export function lazy<T>(open: () => Promise<T>): () => Promise<T> {
  return once(() => settingUp(open));
}

/** Like `lazy`, for what is itself measured. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= work());
}
