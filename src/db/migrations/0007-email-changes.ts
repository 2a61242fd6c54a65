import { type Kysely, sql } from 'kysely';
import { emailKey } from '../../unicode/email-address.ts';
import { exactKey, nameKey } from '../../unicode/case-fold.ts';
import type { Ddl } from '../ddl.ts';

/**
 * Addresses that wait for confirmation, when an address was confirmed, and keys that ignore more
 * differences.
 */
export async function up(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  for (const statement of statements(ddl)) await sql.raw(statement).execute(db);
  await renewKeys(db, { spelling: 'username', key: 'username_key', keyOf: nameKey });
  await renewKeys(db, { spelling: 'email', key: 'email_key', keyOf: emailKey });
}

const statements = ({ integer, text, keyedOptions }: Ddl) => [
  `alter table users add column email_confirmed_at ${integer}`,
  // Unique per user: the next change replaces the one before.
  `create table email_changes (
    token_hash ${text} primary key,
    user_id ${integer} not null unique references users (id) on delete cascade,
    email ${text} not null,
    expires_at ${integer} not null
  ) ${keyedOptions}`,
  'create index email_changes_by_expiry on email_changes (expires_at)',
];

interface Keyed {
  spelling: string;
  key: string;
  keyOf: (spelling: string) => string;
}

const PAGE = 1000;

/**
 * Gives everybody the current key of their spelling. If several get the same key, the lowest id
 * keeps it, and the others get their exact spelling as key.
 */
async function renewKeys(db: Kysely<unknown>, keyed: Keyed): Promise<void> {
  const changed = await findChanged(db, keyed);
  const setKey = (id: number, key: string) =>
    sql`update users set ${sql.ref(keyed.key)} = ${key} where id = ${id}`.execute(db);
  // First away from the old keys, any of which may be somebody's new one.
  for (const { id, spelling } of changed) await setKey(id, exactKey(spelling));
  for (const { id, key } of changed) {
    const { rows } = await sql<{ id: number; spelling: string }>`
      select id, ${sql.ref(keyed.spelling)} as spelling from users
      where ${sql.ref(keyed.key)} = ${key}`.execute(db);
    const [holder] = rows;
    if (holder && holder.id < id) continue;
    if (holder) await setKey(holder.id, exactKey(holder.spelling));
    await setKey(id, key);
  }
}

/** Users whose new key differs from the stored one, by id. */
async function findChanged(
  db: Kysely<unknown>,
  { spelling, key, keyOf }: Keyed,
): Promise<{ id: number; spelling: string; key: string }[]> {
  const changed = [];
  for (let after = 0; ;) {
    const { rows } = await sql<{ id: number; spelling: string; key: string }>`
      select id, ${sql.ref(spelling)} as spelling, ${sql.ref(key)} as key from users
      where id > ${after} order by id limit ${PAGE}`.execute(db);
    for (const row of rows) {
      const renewed = keyOf(row.spelling);
      if (renewed !== row.key) changed.push({ ...row, key: renewed });
    }
    const last = rows.at(-1);
    if (!last) return changed;
    after = last.id;
  }
}
