import type { Database } from '../db/database.ts';
import { listTwins, type Twin } from '../users/twins.service.ts';
import { warning, type Finding } from './finding.ts';

/** One line for each account whose name or address looks like another's. */
export async function checkTwins(db: Database): Promise<Finding[]> {
  return (await listTwins(db)).map((twin) => warning(lineOf(twin)));
}

function lineOf({ id, what, spelling, other }: Twin): string {
  const whose = other === undefined ? 'another account had before it' : `user ${other} has`;
  const shown = JSON.stringify(spelling).replaceAll(/[^ -~]/gu, escape);
  if (what === 'name') {
    return `User ${id} has a name that looks like the one ${whose}: ${shown}; ask one of them to choose another`;
  }
  return (
    `User ${id} has the e-mail address that ${whose}, in another spelling, and signs in with this one alone: ` +
    `${shown}; have the account deleted that nobody uses`
  );
}

/** Escapes characters that cannot be seen, or that a terminal would obey. */
function escape(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
