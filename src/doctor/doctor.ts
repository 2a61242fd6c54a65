import type { Config } from '../config.ts';
import { checkAddress } from './address.ts';
import type { Database } from '../db/database.ts';
import { checkDatabase, checkOpenDatabase } from './database.ts';
import { problem, reasonOf, type Finding } from './finding.ts';
import { checkMachine } from './machine.ts';
import { checkMail } from './mail.ts';
import { checkMedia } from './media.ts';
import { checkSecretKey } from './secret-key.ts';

type Check = (config: Config) => Promise<Finding[]>;

/** The checks in order. None depends on another, so that one run reports everything that is wrong. */
const checks = (database: Check): readonly Check[] => [
  checkMachine,
  checkSecretKey,
  database,
  checkMedia,
  checkMail,
  checkAddress,
];

/** What each check finds; a check that fails is a problem. */
async function* examine(config: Config, database: Check): AsyncGenerator<Finding> {
  for (const check of checks(database)) {
    yield* await check(config).catch((error: unknown) => [problem(reasonOf(error))]);
  }
}

/** The same within a running server, which has the database open. */
export async function examineOpen(config: Config, db: Database): Promise<Finding[]> {
  return Array.fromAsync(examine(config, () => checkOpenDatabase(config, db)));
}

const MARKS = { ok: 'ok      ', warning: 'warning ', problem: 'problem ' };

/**
 * Tries everything the blog needs, beside a running server, and prints a line for each; what it
 * creates is removed again. Returns the exit status: 1 if there is a problem.
 */
export async function runDoctor(config: Config): Promise<number> {
  let problems = 0;
  for await (const { level, text } of examine(config, checkDatabase)) {
    console.log(MARKS[level] + text);
    if (level === 'problem') problems += 1;
  }
  console.log(problems === 0 ? '\nNo problem was found' : `\nProblems: ${problems}`);
  return problems === 0 ? 0 : 1;
}
