import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { heloName } from '../mail/helo-name.ts';
import { verifyMailServer } from '../mail/mailer.ts';
import { ok, problem, reasonOf, warning, type Finding } from './finding.ts';

/** What to check, by nodemailer's error codes. */
const ADVICE: Record<string, string> = {
  EAUTH: 'MAIL_USERNAME or MAIL_PASSWORD is wrong, or this server wants an app password',
  ETLS: 'it does not offer TLS in the way that MAIL_PORT and MAIL_USE_TLS say; 465 is TLS from the first byte, 587 STARTTLS',
  EDNS: 'the name MAIL_SERVER cannot be found',
  ECONNECTION: 'nothing answers there; check MAIL_SERVER, MAIL_PORT and the firewall',
  ESOCKET: 'the connection failed; check MAIL_SERVER, MAIL_PORT, MAIL_USE_TLS and its certificate',
  ETIMEDOUT:
    'nothing answers in time; check MAIL_SERVER, MAIL_PORT and the firewall (many block port 25)',
};

/**
 * Logs in to the mail server without sending anything; without one, checks that the outbox can be
 * written.
 */
export async function checkMail(config: Config): Promise<Finding[]> {
  const { MAIL_SERVER: server, MAIL_PORT: port, MAIL_FROM: from } = config;
  if (server === undefined) return [await outbox(config.outboxDir)];
  try {
    await verifyMailServer(config);
    const taken = ok(`The mail server ${server}:${port} accepts the connection`);
    if (!from.includes('@example.com')) return [taken];
    return [
      taken,
      warning(`MAIL_FROM is ${from}: most servers refuse a sender address that is not their own`),
    ];
  } catch (error) {
    // The server's own words, if it has answered.
    const said = (error as { response?: string }).response ?? reasonOf(error);
    return [problem(`The mail server ${server}:${port}: ${adviceOn(config, error)} (${said})`)];
  }
}

function adviceOn(config: Config, error: unknown): string {
  const { code = '', command = '' } = error as { code?: string; command?: string };
  if (/^(?:EHLO|HELO)/.test(command)) {
    return `it does not accept being greeted as ${heloName(config)}; set MAIL_HELO_NAME to a full host name`;
  }
  return ADVICE[code] ?? 'check MAIL_SERVER';
}

async function outbox(folder: string): Promise<Finding> {
  const probe = join(folder, '.doctor.part');
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(probe, 'probe', { mode: 0o600 });
    await rm(probe);
    return warning(
      `Mail is off: reset links are written to ${folder}; set MAIL_SERVER to send them`,
    );
  } catch (error) {
    return problem(`Mail is off, and ${folder} cannot be written to: ${reasonOf(error)}`);
  }
}
