import { ID_MAX, type LastIds } from '../db/id-sequences.ts';
import { MIGRATIONS } from '../db/migrate.ts';
import { StartError } from '../errors.ts';

/**
 * The number of the archive format; its tables and columns are those of the header's migration, but for
 * those that are left out.
 */
export const FORMAT = 2;

/** The name of the first entry, which is JSON. */
export const HEADER = 'masthead.json';
export interface Header {
  format: number;
  /** The number of the last migration applied to the rows. */
  migration: number;
  /** ISO 8601 */
  created: string;
  lastIds: LastIds;
}

/** A time in UTC. A restore prints it, so it must hold nothing else. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const isCount = (value: unknown) =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= ID_MAX;

/** Throws StartError for the header of a newer Masthead's archive, another error for an invalid one. */
export function parseHeader(bytes: Buffer): Header {
  const header = JSON.parse(bytes.toString('utf8')) as Header;
  const { format, migration, created, lastIds } = header;
  const numbered = [format, migration].every((value) => isCount(value) && value > 0);
  if (numbered && (format > FORMAT || migration > MIGRATIONS.length)) {
    throw new StartError(
      `The archive was made by a newer Masthead (format ${format}, migration ${migration}; ` +
        `this one knows ${FORMAT} and ${MIGRATIONS.length}); update Masthead. Nothing was changed`,
    );
  }
  if (!numbered || !TIME.test(created) || !Object.values(lastIds).every(isCount)) {
    throw new TypeError('its header is not valid');
  }
  return header;
}
