import { randomBytes } from 'node:crypto';
import type { Database } from '../../../src/db/database.ts';
import { transact } from '../../../src/db/transact.ts';
import { insertRevision } from '../../../src/posts/history/revisions.store.ts';
import { insertPost } from '../../../src/posts/writing/writing.store.ts';

/** More than the buffers of an unread connection hold, which is about 4 MB. */
export const LONG_POSTS = 200;
const BYTES = 100_000;

/** Gives somebody that many long posts and what their history keeps, as if they had been published. */
export async function giveLongPosts(db: Database, user_id: number): Promise<void> {
  await transact(db, async (trx) => {
    for (let n = 1; n <= LONG_POSTS; n++) {
      // Random, because anything else would compress to nothing.
      const content = randomBytes(BYTES).toString('base64');
      const text = { user_id, title: `Post ${n}`, content };
      const post_id = (await insertPost(trx, { ...text, date_posted: n })) ?? null;
      const saved = { format: 'text', published: true, created_at: n } as const;
      await insertRevision(trx, { ...text, ...saved, post_id });
    }
  });
}
