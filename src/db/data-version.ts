/** How often the stored data has changed, by any process, in the terms of data-version-rules.ts. */
export interface Versions {
  /** what a reader can see */
  content: number;
  /** whose session or token is valid, and what they are shown */
  access: number;
}

/**
 * The versions of the database's content. Read before the data, they are never newer than the data.
 * Undefined while they are unknown.
 */
export interface DataVersion {
  /** The current versions: include everything committed before the call, by anyone. */
  current: () => MaybePromise<Versions | undefined>;
  /** Versions at most RECENT_MS old; what this process has committed is always included. */
  recent: () => MaybePromise<Versions | undefined>;
}

type MaybePromise<T> = T | Promise<T>;

/** For how long the versions are reused for clients that have written nothing; milliseconds. */
export const RECENT_MS = 100;

/** `asked`: by performance.now(). */
export function isRecent(asked: number): boolean {
  return performance.now() - asked <= RECENT_MS;
}
