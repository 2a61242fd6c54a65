let [spent, depth] = [0, 0];

/** Milliseconds spent in `settingUp` so far, by all groups. */
export const setUpMs = () => spent;

/** Counts the time of `work` as set-up; nested calls count once. */
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

/** Calls `open` once, when it is first needed, so that rows can share what only some of them need. */
export function lazy<T>(open: () => Promise<T>): () => Promise<T> {
  return once(() => settingUp(open));
}

/** Like `lazy`, for work whose time is measured and is not set-up. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= work());
}
