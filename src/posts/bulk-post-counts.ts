import { sql } from 'kysely';
import { isShared, type Transaction } from '../db/database.ts';
import { addCounts, changeTotals } from '../db/migrations/0024-hidden-posts.ts';
import { changeMonths } from '../db/migrations/0022-post-months.ts';

/** The triggers that count inserted posts. */
const TRIGGERS = ['posts_added', 'posts_added_months'];

/**
 * Runs `write`, which fills a blog without posts, and counts them afterwards. In PostgreSQL each
 * statement's count adds a version of the same few rows, which are not removed before the
 * transaction ends; see docs/measurements/large-blogs.md. SQLite changes them in place.
 */
export async function withDeferredCounts<T>(trx: Transaction, write: () => Promise<T>): Promise<T> {
  if (!isShared(trx)) return write();
  for (const name of TRIGGERS) {
    await sql`alter table posts disable trigger ${sql.id(name)}`.execute(trx);
  }
  const written = await write();
  await sql.raw(addCounts('posts')).execute(trx);
  await sql.raw(changeTotals('+', 'posts')).execute(trx);
  await sql.raw(changeMonths('postgresql', '+', 'posts')).execute(trx);
  // A trigger that still waits for the end of the transaction would not let the table be changed.
  await sql`set constraints all immediate`.execute(trx);
  for (const name of TRIGGERS) {
    await sql`alter table posts enable trigger ${sql.id(name)}`.execute(trx);
  }
  return written;
}
