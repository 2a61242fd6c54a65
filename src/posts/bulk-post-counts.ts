import { sql } from 'kysely';
import { isShared, type Transaction } from '../db/database.ts';
import { addCounts, changeTotals } from '../db/migrations/0015-audiences.ts';

/**
 * Runs `write`, which fills a blog without posts, and counts them afterwards. In PostgreSQL each
 * statement's count adds a version of the same few rows, which are not removed before the
 * transaction ends; see docs/measurements/large-blogs.md. SQLite changes them in place.
 */
export async function withDeferredCounts<T>(trx: Transaction, write: () => Promise<T>): Promise<T> {
  if (!isShared(trx)) return write();
  await sql`alter table posts disable trigger posts_added`.execute(trx);
  const written = await write();
  await sql.raw(addCounts('posts')).execute(trx);
  await sql.raw(changeTotals('+', 'posts')).execute(trx);
  // A trigger that still waits for the end of the transaction would not let the table be changed.
  await sql`set constraints all immediate`.execute(trx);
  await sql`alter table posts enable trigger posts_added`.execute(trx);
  return written;
}
