import { type RawBuilder, sql } from 'kysely';
import { type Database, isShared, type Transaction } from '../db/database.ts';
import type { TagRow } from '../db/schema.ts';
import type { WrittenTag } from './tag.ts';

/** The names of the tags of `posts.id` as JSON, by their places: a column for queries of posts. */
export function tagNames(db: Database): RawBuilder<string> {
  const object = isShared(db) ? sql`json_object_agg` : sql`json_group_object`;
  return sql<string>`(select coalesce(cast(${object}(post_tags.place, tags.name) as text), '{}') from post_tags cross join tags where post_tags.post_id = posts.id and tags.id = post_tags.tag_id)`;
}

/** The names in such a column, in order: objects list integer keys in ascending order. */
export const namesOf = (column: string): string[] =>
  Object.values(JSON.parse(column) as Record<number, string>);

/** The tag with this key, or the one that it leads to. */
export async function findTag(db: Database, key: string): Promise<TagRow | undefined> {
  const tag = await db.selectFrom('tags').selectAll().where('key', '=', key).executeTakeFirst();
  if (tag) return tag;
  return db
    .selectFrom('tag_redirects')
    .innerJoin('tags', 'tags.id', 'tag_redirects.tag_id')
    .selectAll('tags')
    .where('tag_redirects.key', '=', key)
    .executeTakeFirst();
}

/**
 * The tags with these names, in their order; missing ones are added. Until the transaction ends,
 * nobody merges them into others; undefined for one that was merged just now.
 */
export async function takeTags(
  trx: Transaction,
  written: readonly WrittenTag[],
): Promise<(TagRow | undefined)[]> {
  const keys = written.map(({ key }) => key);
  const redirects = await trx
    .selectFrom('tag_redirects')
    .selectAll()
    .where('key', 'in', keys)
    .execute();
  const target = new Map(redirects.map(({ key, tag_id }) => [key, tag_id]));
  const added = written.filter(({ key }) => !target.has(key));
  if (added.length > 0) {
    await trx
      .insertInto('tags')
      // Sorted, so that two transactions that add the same tags cannot deadlock.
      .values(added.toSorted((a, b) => (a.key < b.key ? -1 : 1)))
      .onConflict((conflict) => conflict.column('key').doNothing())
      .execute();
  }
  const tags = await trx
    .selectFrom('tags')
    .selectAll()
    // PostgreSQL takes no empty list; no tag has the id 0.
    .where((tag) => tag.or([tag('key', 'in', keys), tag('id', 'in', [0, ...target.values()])]))
    // In the order in which merging locks them.
    .orderBy('id')
    .forKeyShare()
    .execute();
  const byKey = new Map(tags.map((tag) => [tag.key, tag]));
  return keys.map((key) => byKey.get(key) ?? tags.find(({ id }) => id === target.get(key)));
}

/**
 * Locks the counts of the tags that a post has and gets, in the order of their ids, because two
 * transactions that locked them one by one could deadlock.
 */
export async function lockCounts(trx: Transaction, postId: number, ids: number[]): Promise<void> {
  const own = trx.selectFrom('post_tags').select('tag_id').where('post_id', '=', postId);
  await trx
    .selectFrom('tag_counts')
    .select('tag_id')
    .where((tag) => tag.or([tag('tag_id', 'in', own), tag('tag_id', 'in', [0, ...ids])]))
    .orderBy('tag_id')
    .forNoKeyUpdate()
    .execute();
}

/** Gives a post exactly these tags, in this order. */
export async function putTags(trx: Transaction, postId: number, ids: number[]): Promise<void> {
  await trx
    .deleteFrom('post_tags')
    .where('post_id', '=', postId)
    .$if(ids.length > 0, (query) => query.where('tag_id', 'not in', ids))
    .execute();
  if (ids.length === 0) return;
  const post = await trx
    .selectFrom('posts')
    .select(['id as post_id', 'date_posted', 'state', 'members_only'])
    .where('id', '=', postId)
    .executeTakeFirstOrThrow();
  const rows = ids.map((tag_id, place) => ({ ...post, tag_id, place }));
  await trx
    .insertInto('post_tags')
    .values(rows.toSorted((a, b) => a.tag_id - b.tag_id))
    .onConflict((conflict) =>
      conflict
        .columns(['post_id', 'tag_id'])
        .doUpdateSet((row) => ({ place: row.ref('excluded.place') })),
    )
    .execute();
}

/** A tag, and how many posts have it. */
export interface CountedTag {
  name: string;
  posts: number;
}

/** The tags with the most posts; those without any are left out. `counted`: from `countFor`. */
export async function listTags(
  db: Database,
  counted: 'posts' | 'public',
  limit: number,
): Promise<CountedTag[]> {
  return db
    .selectFrom('tag_counts')
    .innerJoin('tags', 'tags.id', 'tag_counts.tag_id')
    .select(['tags.name', `tag_counts.${counted} as posts`])
    .where(counted, '>', 0)
    .orderBy(counted, 'desc')
    .orderBy('tag_counts.tag_id')
    .limit(limit)
    .execute();
}

/** How many posts have a tag. `counted`: from `countFor`. */
export async function countTag(
  db: Database,
  tagId: number,
  counted: 'posts' | 'public',
): Promise<number> {
  const row = await db
    .selectFrom('tag_counts')
    .select(counted)
    .where('tag_id', '=', tagId)
    .executeTakeFirst();
  return row?.[counted] ?? 0;
}

/** The ids of the tags that were merged into this one. */
export async function listMerged(db: Database, tagId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('tag_merges')
    .select('merged_id')
    .where('tag_id', '=', tagId)
    .execute();
  return rows.map(({ merged_id }) => merged_id);
}

/** Until the transaction ends, nobody else changes the tag, or gives it to a post. */
export async function lockTagForChange(trx: Transaction, id: number): Promise<TagRow | undefined> {
  return trx.selectFrom('tags').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

/** Gives a tag another name and key; its old key leads to it. */
export async function renameTag(
  trx: Transaction,
  { id, key: before }: TagRow,
  to: WrittenTag,
): Promise<void> {
  await trx.updateTable('tags').set(to).where('id', '=', id).execute();
  if (before !== to.key) await redirectTag(trx, before, id);
}

async function redirectTag(trx: Transaction, key: string, tag_id: number): Promise<void> {
  await trx
    .insertInto('tag_redirects')
    .values({ key, tag_id })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ tag_id }))
    .execute();
}

/** Moves the posts of a tag to another one and deletes it; its addresses lead to the other. */
export async function mergeTag(trx: Transaction, tag: TagRow, into: TagRow): Promise<void> {
  await trx
    .insertInto('post_tags')
    .columns(['post_id', 'tag_id', 'place', 'date_posted', 'state', 'members_only'])
    .expression((from) =>
      from
        .selectFrom('post_tags')
        .select(['post_id', sql.lit(into.id).$castTo<number>().as('tag_id'), 'place'])
        .select(['date_posted', 'state', 'members_only'])
        .where('tag_id', '=', tag.id),
    )
    .onConflict((conflict) => conflict.columns(['post_id', 'tag_id']).doNothing())
    .execute();
  const to = { tag_id: into.id };
  await trx.updateTable('tag_redirects').set(to).where('tag_id', '=', tag.id).execute();
  await trx.updateTable('tag_merges').set(to).where('tag_id', '=', tag.id).execute();
  await trx.deleteFrom('tags').where('id', '=', tag.id).execute();
  await redirectTag(trx, tag.key, into.id);
  await trx
    .insertInto('tag_merges')
    .values({ merged_id: tag.id, ...to })
    .execute();
}
