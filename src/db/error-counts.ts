import { Unavailable } from '../errors.ts';
import {
  ConnectionFailure,
  isPostgresTrouble,
  isUndone,
  LOCK_NOT_AVAILABLE,
  postgresCode,
} from './postgres/errors.ts';
import {
  BUSY,
  CONSTRAINT,
  CORRUPT,
  FULL,
  isTrouble,
  NOTADB,
  READONLY,
  sqliteCode,
} from './sqlite/errors.ts';
import { FlushFailure } from './sqlite/wal.ts';

/** Kinds of failures, as a host tells them apart. */
const ERROR_KINDS = {
  unreachable: 'no answer, or the server is starting or stopping',
  locked: 'locked by another transaction for too long, or rolled back because of one',
  too_slow: 'stopped by a time limit',
  full: 'no room on the disk',
  refused: 'no such database, no access, or no right to write',
  damaged: 'the stored data is damaged',
  other: 'another problem of the database or the disk',
  statement: 'an invalid statement: a fault of Masthead',
};
type ErrorKind = keyof typeof ERROR_KINDS;

/** How often a database has failed since it was opened. */
export type ErrorCounts = Readonly<Record<ErrorKind, number>>;

/**
 * Counts, and a function that counts one more error: one of node:sqlite or pg, or an Unavailable
 * caused by one.
 */
export function createErrorCounts(): { counts: ErrorCounts; count: (error: unknown) => void } {
  const zeros = Object.keys(ERROR_KINDS).map((kind) => [kind, 0]);
  const counts = Object.fromEntries(zeros) as Record<ErrorKind, number>;
  const count = (error: unknown) => {
    const kind = kindOf(error instanceof Unavailable ? error.cause : error);
    if (kind !== undefined) counts[kind] += 1;
  };
  return { counts, count };
}

/** Undefined for a constraint violation: two people who want one name are no failure. */
function kindOf(error: unknown): ErrorKind | undefined {
  if (error instanceof FlushFailure) return 'other';
  if (sqliteCode(error) !== undefined) return sqliteKind(error);
  return postgresKind(error);
}

const SQLITE: Record<number, ErrorKind> = {
  [BUSY]: 'locked',
  [FULL]: 'full',
  [READONLY]: 'refused',
  [CORRUPT]: 'damaged',
  [NOTADB]: 'damaged',
};

function sqliteKind(error: unknown): ErrorKind | undefined {
  const code = sqliteCode(error) ?? 0;
  if (code === CONSTRAINT) return undefined;
  return SQLITE[code] ?? (isTrouble(error) ? 'other' : 'statement');
}

/** By SQLSTATE or its first two digits. */
const POSTGRESQL: [codes: RegExp, kind: ErrorKind][] = [
  [/^(?:08|57P|53300)/, 'unreachable'],
  [/^(?:57014|25P03)/, 'too_slow'],
  [/^53100/, 'full'],
  [/^(?:28|3D|42501|25006)/, 'refused'],
  [/^XX00[12]/, 'damaged'],
];

function postgresKind(error: unknown): ErrorKind | undefined {
  if (error instanceof ConnectionFailure) return 'unreachable';
  const code = postgresCode(error) ?? '';
  if (code.startsWith('23')) return undefined;
  if (code === LOCK_NOT_AVAILABLE || isUndone(error)) return 'locked';
  const [, kind] = POSTGRESQL.find(([codes]) => codes.test(code)) ?? [];
  return kind ?? (isPostgresTrouble(error) ? 'other' : 'statement');
}
