import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { verifyMailServer } from '../mail/mailer.ts';
import { ok, problem, reasonOf, warning, type Finding } from './finding.ts';

/** What to look at, by nodemailer's codes. */
const ADVICE: Record<string, string> = {
  EAUTH:
    'MAIL_USERNAME or MAIL_PASSWORD is wrong, or this server wants a password made for programs',
  ETLS: 'it offers no TLS as MAIL_PORT and MAIL_USE_TLS say; 465 is TLS from the first byte, 587 STARTTLS',
  EDNS: 'MAIL_SERVER is no name that can be found',
  ECONNECTION: 'nothing answers there; look at MAIL_SERVER, MAIL_PORT and the firewall',
  ESOCKET:
    'the connection failed; look at MAIL_SERVER, MAIL_PORT, MAIL_USE_TLS and its certificate',
  ETIMEDOUT:
    'nothing answers in time; look at MAIL_SERVER, MAIL_PORT and the firewall (many close 25)',
};

/** Signs in at the mail server without sending anything; without one, whether the outbox takes files. */
export async function checkMail(config: Config): Promise<Finding[]> {
  const { MAIL_SERVER: server, MAIL_PORT: port, MAIL_FROM: from } = config;
  if (server === undefined) return [await outbox(config.outboxDir)];
  try {
    await verifyMailServer(config);
    const taken = ok(`The mail server ${server}:${port} takes the connection`);
    if (!from.includes('@example.com')) return [taken];
    return [
      taken,
      warning(`MAIL_FROM is ${from}: most servers refuse a sender that is not theirs`),
    ];
  } catch (error) {
    const advice = ADVICE[(error as NodeJS.ErrnoException).code ?? ''] ?? 'look at MAIL_SERVER';
    return [problem(`The mail server ${server}:${port}: ${advice} (${reasonOf(error)})`)];
  }
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
