/**
 * What the database holds, in a word: as long as it is the same, nothing that was committed has changed. Asked
 * before something is read, it is never newer than what is read.
 */
export interface DataVersion {
  /** As it is: what was committed before one asks shows, whoever has committed it. */
  current: () => string | Promise<string>;
  /** As it is or was RECENT_MS ago at most; what was committed by this process shows all the same. */
  recent: () => string | Promise<string>;
}

/** So long the database is not asked again for those who have written nothing; milliseconds. */
export const RECENT_MS = 100;

/** `asked`: by performance.now(). */
export function isRecent(asked: number): boolean {
  return performance.now() - asked <= RECENT_MS;
}
