import { Unavailable } from '../errors.ts';
import {
  isPostgresBusy,
  isPostgresTrouble,
  postgresCode,
  STATEMENT_TIMEOUT,
  UNIQUE_VIOLATION,
} from './postgres/errors.ts';
import {
  BUSY,
  CONSTRAINT_PRIMARYKEY,
  CONSTRAINT_UNIQUE,
  isSqliteError,
  isTrouble,
  sqliteCode,
} from './sqlite/errors.ts';

/**
 * Whether an error is an Unavailable caused by the database; `busy`: it was locked or could not be
 * reached, so trying again would wait as long again.
 */
export function isDatabaseFailure(error: unknown): { busy: boolean } | undefined {
  if (!(error instanceof Unavailable)) return undefined;
  const { cause } = error;
  if (!isTrouble(cause) && !isPostgresTrouble(cause)) return undefined;
  return { busy: sqliteCode(cause) === BUSY || isPostgresBusy(cause) };
}

/** Whether a write violated a unique constraint. */
export function isUniqueViolation(error: unknown): boolean {
  if (isSqliteError(error)) {
    return error.errcode === CONSTRAINT_UNIQUE || error.errcode === CONSTRAINT_PRIMARYKEY;
  }
  return postgresCode(error) === UNIQUE_VIOLATION;
}

/** Whether PostgreSQL has ended a statement because it took too long. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Unavailable && postgresCode(error.cause) === STATEMENT_TIMEOUT;
}
