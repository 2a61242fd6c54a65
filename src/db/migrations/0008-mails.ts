import { type Kysely, sql } from 'kysely';
import type { Ddl } from '../ddl.ts';

/** Mails that wait to be sent, and how many were sent each day. */
export async function up(db: Kysely<unknown>, { id, integer, text, options }: Ddl): Promise<void> {
  const statements = [
    // One per user, kind and address: who requests another while it waits gets one mail.
    `create table mails (
      id ${id},
      user_id ${integer} references users (id) on delete cascade,
      kind ${text} not null,
      address ${text} not null default '',
      asked_at ${integer} not null,
      due_at ${integer} not null,
      tries ${integer} not null default 0,
      claimed_until ${integer}
    ) ${options}`,
    'create unique index mails_of_user on mails (user_id, kind, address)',
    'create index mails_by_due on mails (due_at)',
    `create table mail_days (
      day ${integer} primary key,
      sent ${integer} not null
    ) ${options}`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
