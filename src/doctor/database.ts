import pino from 'pino';
import type { Config } from '../config.ts';
import { checkDatabase as write } from '../db/heartbeat.ts';
import type { Database } from '../db/database.ts';
import { openDatabase } from '../db/open.ts';
import { askFacts } from '../db/database-info.ts';
import { micros } from '../db/time.ts';
import { clockFinding } from './clock.ts';
import { ok, problem, reasonOf, type Finding } from './finding.ts';
import { checkRegistration } from './registration.ts';
import { checkTwins } from './twins.ts';

/**
 * Whether the database is there, is Masthead's, is up to date (it is migrated, as by any command)
 * and can be written.
 */
export async function checkDatabase(config: Config): Promise<Finding[]> {
  const log = pino({ level: 'silent' });
  const opened = await openDatabase(config.database, { log }).catch((error: unknown) =>
    problem(aboutUrl(reasonOf(error))),
  );
  if ('level' in opened) return [opened];
  try {
    return await checkOpenDatabase(config, opened);
  } finally {
    await opened.destroy();
  }
}

/**
 * The same for a database that this process has open. It must not be opened again, because closing
 * a second connection would end SQLite's locks of the first one.
 */
export async function checkOpenDatabase(config: Config, opened: Database): Promise<Finding[]> {
  try {
    const asked = Date.now();
    const { version, size, now } = await askFacts(opened);
    const megabytes = Math.ceil(size / 1024 / 1024);
    const clock = now === undefined ? [] : [clockFinding('the database', now, asked)];
    await write(opened, micros(Date.now));
    const text = `${version} answers, is up to date and can be written; it has ${megabytes} MB`;
    const registration = await checkRegistration(config, opened);
    return [ok(text), ...clock, ...(await checkTwins(opened)), registration];
  } catch (error) {
    return [problem(`The database cannot be written: ${reasonOf(error)}`)];
  }
}

/** Names the variable unless PostgreSQL's error does already. */
function aboutUrl(reason: string): string {
  return reason.includes('DATABASE_URL') ? reason : `DATABASE_URL: ${reason}`;
}
