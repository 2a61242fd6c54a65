interface SqliteError extends Error {
  /** SQLite's extended result code */
  errcode: number;
}

/** Primary result codes: https://www.sqlite.org/rescode.html */
export const BUSY = 5;
export const CORRUPT = 11;
export const NOTADB = 26;
/** Extended ones */
export const CONSTRAINT_PRIMARYKEY = 1555;
export const CONSTRAINT_UNIQUE = 2067;

/** The primary result code of an error from node:sqlite, undefined for any other error. */
export function sqliteCode(error: unknown): number | undefined {
  return isSqliteError(error) ? error.errcode & 0xff : undefined;
}

/** Whether node:sqlite threw it; `errcode` is then the extended result code. */
export function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
}
