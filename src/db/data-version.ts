/**
 * A text that stands for the database's content: as long as it is the same, nothing that was
 * committed has changed. Read before the data, it is never newer than the data.
 */
export interface DataVersion {
  /** The current version: includes everything committed before the call, by anyone. */
  current: () => string | Promise<string>;
  /** A version at most RECENT_MS old; what this process has committed is always included. */
  recent: () => string | Promise<string>;
}

/** For how long the version is reused for clients that have written nothing; milliseconds. */
export const RECENT_MS = 100;

/** `asked`: by performance.now(). */
export function isRecent(asked: number): boolean {
  return performance.now() - asked <= RECENT_MS;
}
