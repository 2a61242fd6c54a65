import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { SMTPServerOptions } from 'smtp-server';
import { listTimedJobs, MAIL_JOB } from '../../../src/app-jobs.ts';
import { readConfig } from '../../../src/config.ts';
import { type Context, openContext } from '../../../src/context.ts';
import { requestResetMail } from '../../../src/users/reset.service.ts';
import { databaseVariables, dropDatabaseOf } from '../databases/postgres.ts';
import { type Received, smtpServer } from '../servers/smtp-server.ts';
import { temporaryFolder } from '../temporary-folder.ts';

export const SECOND = 1_000_000;
export const DAY = 24 * 60 * 60 * SECOND;

/** The server's answers to RCPT, in order; after these it accepts. */
export function answers(...codes: number[]): NonNullable<SMTPServerOptions['onRcptTo']> {
  return (_address, _session, done) => {
    const code = codes.shift();
    if (code === undefined) return done();
    done(Object.assign(new Error('Not now'), { responseCode: code }));
  };
}

/** A blog whose mails go to a real server, with a clock that a test may set, and its job that sends them. */
export async function withMail(
  t: TestContext,
  {
    variables = {},
    server = {},
  }: { variables?: Record<string, string>; server?: SMTPServerOptions } = {},
) {
  const { port, received } = await smtpServer(t, server);
  const folder = await temporaryFolder(t);
  const time = { now: Date.UTC(2026, 10, 3, 12) };
  const fixed = { DATA_DIR: folder, LOG_LEVEL: 'silent', RATE_LIMITS: 'off' };
  const mail = { MAIL_SERVER: '127.0.0.1', MAIL_PORT: String(port) };
  const env = { ...fixed, ...mail, ...(await databaseVariables(folder)), ...variables };
  const open = () => openContext(readConfig(env, folder), { clock: () => time.now });
  const ctx = await open();
  t.after(async () => {
    await ctx[Symbol.asyncDispose]();
    await dropDatabaseOf(folder);
  });
  return { ctx, time, received, open, deliver: deliverer(ctx) };
}

/** The job that sends mails, as on a node. */
export function deliverer(ctx: Context) {
  const job =
    listTimedJobs(ctx).find(({ name }) => name === MAIL_JOB) ?? assert.fail('no such job');
  return (signal = new AbortController().signal) => job.run(signal);
}

export const rowsOf = (ctx: Context) =>
  ctx.db.selectFrom('mails').selectAll().orderBy('id').execute();

export const sentOf = async (ctx: Context) =>
  (await ctx.db.selectFrom('mail_days').select('sent').orderBy('day').execute()).map(
    ({ sent }) => sent,
  );

export const ask = (ctx: Context, name: string) =>
  requestResetMail(ctx, `${name}@example.com`, '127.0.0.1');
export const tokensOf = (received: Received[]) =>
  received.map(({ mail }) => /token=([\w-]+)/.exec(mail)?.[1] ?? assert.fail(mail));

/** Sets the clock to when the only waiting mail is due. */
export async function waitForTurn(ctx: Context, time: { now: number }): Promise<number> {
  const [row = assert.fail('no mail waits')] = await rowsOf(ctx);
  const waited = row.due_at - time.now * 1000;
  time.now = Math.ceil(row.due_at / 1000);
  return waited;
}
