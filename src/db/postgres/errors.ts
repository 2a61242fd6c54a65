/** SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html */
export const UNIQUE_VIOLATION = '23505';
const READ_ONLY = '25006';
const IDLE_IN_TRANSACTION = '25P03';
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';
export const NO_SUCH_DATABASE = '3D000';
export const WRONG_PASSWORD = '28P01';
export const NO_PRIVILEGE = '42501';
export const LOCK_NOT_AVAILABLE = '55P03';
const DISK_FULL = '53100';
export const STATEMENT_TIMEOUT = '57014';

/** The server, its host or the connection is at fault, not the statement. */
const TROUBLE = new Set([
  READ_ONLY,
  IDLE_IN_TRANSACTION,
  SERIALIZATION_FAILURE,
  DEADLOCK,
  NO_SUCH_DATABASE,
  NO_PRIVILEGE,
  LOCK_NOT_AVAILABLE,
]);
/** Connection, authorization, resources, operator intervention, system, internal. */
const TROUBLED_CLASSES = /^(?:08|28|53|57|58|XX)/;

/**
 * No answer from the server: not reached, cut, or silent for too long. It has no cause: the system's errors repeat the
 * address, and no part of the URL behind the user name is to be printed.
 */
export class ConnectionFailure extends Error {
  /** of the system's error; the driver's have none */
  readonly code: string | undefined;
  constructor(message: string, code: string | undefined) {
    super(message);
    this.code = code;
  }
}

/** The SQLSTATE of an error that PostgreSQL reported; undefined for any other. */
export function postgresCode(error: unknown): string | undefined {
  const answered = error instanceof Error && 'severity' in error && 'code' in error;
  return answered && typeof error.code === 'string' ? error.code : undefined;
}

/** Whether an error means that the database cannot be used now: away, full, shutting down and the like. */
export function isPostgresTrouble(error: unknown): boolean {
  if (error instanceof ConnectionFailure) return true;
  const code = postgresCode(error);
  return code !== undefined && (TROUBLE.has(code) || TROUBLED_CLASSES.test(code));
}

/**
 * Whether the database was locked or could not be reached, so that trying again would wait as long
 * again.
 */
export function isPostgresBusy(error: unknown): boolean {
  return isPostgresTrouble(error) && postgresCode(error) !== DISK_FULL;
}

/**
 * Whether the same transaction may succeed if it is run again, because it was rolled back for
 * another one.
 */
export function isUndone(error: unknown): boolean {
  return [SERIALIZATION_FAILURE, DEADLOCK].includes(postgresCode(error) ?? '');
}

/**
 * Whether the connection is useless although it may still be open: silent, or to a server that has
 * become a replica.
 */
export function spoilsConnection(error: unknown): boolean {
  return error instanceof ConnectionFailure || postgresCode(error) === READ_ONLY;
}

/** Whether the server may be available soon: it is starting, stopping, or not reachable yet. */
export function isStarting(error: unknown): boolean {
  if (postgresCode(error)?.startsWith('57P') === true) return true;
  if (!(error instanceof ConnectionFailure)) return false;
  // Without a code, it is the driver that refuses, for example a certificate or a missing password.
  return error.code !== undefined || /timeout|timed out|terminated/.test(error.message);
}
