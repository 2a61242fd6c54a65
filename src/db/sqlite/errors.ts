interface SqliteError extends Error {
  /** SQLite's extended result code. */
  errcode: number;
}

/** Primary result codes: https://www.sqlite.org/rescode.html */
export const BUSY = 5;
export const READONLY = 8;
export const IOERR = 10;
export const CORRUPT = 11;
export const FULL = 13;
const CANTOPEN = 14;
const PROTOCOL = 15;
export const CONSTRAINT = 19;
export const NOTADB = 26;
/** Extended codes. */
export const CONSTRAINT_PRIMARYKEY = 1555;
export const CONSTRAINT_UNIQUE = 2067;

/** The file or its disk is at fault, not the statement. */
const TROUBLE = new Set([BUSY, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB]);

/** The primary result code of an error from node:sqlite, undefined for any other error. */
export function sqliteCode(error: unknown): number | undefined {
  return isSqliteError(error) ? error.errcode & 0xff : undefined;
}

/** Whether an error means that the database cannot be used now: full disk, lock, damage and the like. */
export function isTrouble(error: unknown): boolean {
  return TROUBLE.has(sqliteCode(error) ?? 0);
}

/** Whether node:sqlite threw it; `errcode` is then the extended result code. */
export function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
}
