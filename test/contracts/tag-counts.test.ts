import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { transact } from '../../src/db/transact.ts';
import { insertPost } from '../../src/posts/writing/writing.store.ts';
import { saveTags } from '../../src/tags/tags.service.ts';
import { mergeTag } from '../../src/tags/tags.store.ts';
import { addUser, temporaryLedger } from '../support/pictures/ledger.ts';

/** Numbers that look random, and are the same in every run. */
function* dice(): Generator<number, never> {
  for (let state = 7; ;) yield (state = (state * 48_271) % 2_147_483_647);
}

test('the kept counts of tags and the copies beside them stay right, whatever happens to posts', async (t) => {
  const { db } = await temporaryLedger(t);
  const authors = [await addUser(db, 'ann'), await addUser(db, 'bob')];
  const numbers = dice();
  const pick = <T>(from: readonly T[]): T => from[numbers.next().value % from.length] as T;
  const names = ['Soup', 'bread', 'C++', '🎈', 'garden'];
  const posts: number[] = [];
  const acts = {
    write: async () => {
      const audience = pick(['blog', 'members'] as const);
      const text = { title: 'A', content: 'B', date_posted: posts.length, audience };
      const id = await insertPost(db, { ...text, user_id: pick(authors) });
      if (id === undefined) throw new Error('it has no key');
      posts.push(id);
      await transact(db, (trx) => saveTags(trx, id, [pick(names), pick(names)]));
    },
    tag: async () => {
      const id = pick(posts);
      const there = await db.selectFrom('posts').select('id').where('id', '=', id).execute();
      if (there.length > 0) await transact(db, (trx) => saveTags(trx, id, [pick(names)]));
    },
    state: async () => {
      const state = pick(['published', 'unpublished', 'hidden'] as const);
      await db.updateTable('posts').set({ state }).where('id', '=', pick(posts)).execute();
    },
    audience: async () => {
      const members = pick([0, 1]);
      const audience = members ? ('members' as const) : ('everyone' as const);
      const change = {
        audience,
        members_only: members,
        state: pick(['published', 'hidden'] as const),
      };
      await db.updateTable('posts').set(change).where('id', '=', pick(posts)).execute();
    },
    remove: async () => {
      await db.deleteFrom('posts').where('id', '=', pick(posts)).execute();
    },
    merge: async () => {
      const [one, other] = await db.selectFrom('tags').selectAll().orderBy('id').execute();
      if (one && other) await transact(db, (trx) => mergeTag(trx, one, other));
    },
  };
  for (let n = 0; n < 5; n++) await acts.write();
  const often = ['write', 'write', 'tag', 'state', 'audience', 'remove'] as const;
  for (let n = 0; n < 150; n++) {
    await acts[n % 50 === 49 ? 'merge' : pick(often)]();
    const { rows } = await sql<Record<string, number>>`
      select tags.id, coalesce(max(tag_counts.posts), 0) as posts, coalesce(max(tag_counts.public), 0) as public,
        count(case when posts.state = 'published' then 1 end) as published,
        count(case when posts.state = 'published' and posts.members_only = 0 then 1 end) as open,
        count(case when posts.state <> post_tags.state or posts.members_only <> post_tags.members_only
          or posts.date_posted <> post_tags.date_posted then 1 end) as differing
      from tags left join tag_counts on tag_counts.tag_id = tags.id
      left join post_tags on post_tags.tag_id = tags.id
      left join posts on posts.id = post_tags.post_id group by tags.id`.execute(db);
    for (const row of rows) {
      const about = `after ${n}: ${JSON.stringify(row)}`;
      assert.equal(Number(row['posts']), Number(row['published']), about);
      assert.equal(Number(row['public']), Number(row['open']), about);
      assert.equal(Number(row['differing']), 0, about);
    }
  }
  await db.deleteFrom('users').execute();
  const left = await sql<{
    posts: number;
  }>`select coalesce(sum(posts), 0) as posts from tag_counts`.execute(db);
  assert.equal(Number(left.rows[0]?.posts), 0);
});
