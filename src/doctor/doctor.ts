import type { Config } from '../config.ts';
import { checkAddress } from './address.ts';
import { checkDatabase } from './database.ts';
import { problem, reasonOf, type Finding } from './finding.ts';
import { checkMachine } from './machine.ts';
import { checkMail } from './mail.ts';
import { checkMedia } from './media.ts';
import { checkSecretKey } from './secret-key.ts';

/** The checks in order. None depends on another, so that one run reports everything that is wrong. */
const CHECKS: readonly ((config: Config) => Promise<Finding[]>)[] = [
  checkMachine,
  checkSecretKey,
  checkDatabase,
  checkMedia,
  checkMail,
  checkAddress,
];

const MARKS = { ok: 'ok      ', warning: 'warning ', problem: 'problem ' };

/**
 * Tries everything the blog needs, beside a running server, and prints a line for each; what it
 * creates is removed again. Returns the exit status: 1 if there is a problem.
 */
export async function runDoctor(config: Config): Promise<number> {
  let problems = 0;
  for (const check of CHECKS) {
    const findings = await check(config).catch((error: unknown) => [problem(reasonOf(error))]);
    for (const { level, text } of findings) {
      console.log(MARKS[level] + text);
      if (level === 'problem') problems += 1;
    }
  }
  console.log(problems === 0 ? '\nNo problem was found' : `\nProblems: ${problems}`);
  return problems === 0 ? 0 : 1;
}
