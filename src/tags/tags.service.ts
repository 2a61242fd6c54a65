import { countFor, type Viewer } from '../auth/policy.ts';
import type { Context } from '../context.ts';
import type { Transaction } from '../db/database.ts';
import type { TagRow } from '../db/schema.ts';
import { Unavailable } from '../errors.ts';
import { tagKey } from '../unicode/tag-name.ts';
import { distinctTags } from './tag.ts';
import * as store from './tags.store.ts';

export { type CountedTag, namesOf, tagNames } from './tags.store.ts';

/** Attempts to find a tag that is being merged into another at the same time. */
const ATTEMPTS = 3;
/** Most tags in one list; of more, those with the most posts. */
export const LISTED_MAX = 1000;

/** Gives a post these tags in its transaction, and returns their names as everybody sees them. */
export async function saveTags(
  trx: Transaction,
  postId: number,
  names: readonly string[],
): Promise<string[]> {
  return putTags(trx, postId, await holdTags(trx, postId, names));
}

/**
 * Finds or adds the tags with these names, for `putTags`, and locks the counts that will change.
 * Call it before anything else that changes these counts.
 */
export async function holdTags(
  trx: Transaction,
  postId: number,
  names: readonly string[],
): Promise<TagRow[]> {
  const tags = await takeTags(trx, names);
  await store.lockCounts(trx, postId, idsOf(tags));
  return tags;
}

/** Gives a post exactly these tags in its transaction, and returns their names as everybody sees them. */
export async function putTags(
  trx: Transaction,
  postId: number,
  held: readonly TagRow[],
): Promise<string[]> {
  await store.putTags(trx, postId, idsOf(held));
  return held.map(({ name }) => name);
}

const idsOf = (tags: readonly TagRow[]) => tags.map(({ id }) => id);

/** The tags that these names mean, added where there are none. */
async function takeTags(trx: Transaction, names: readonly string[]): Promise<TagRow[]> {
  const written = distinctTags(names);
  if (written.length === 0) return [];
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const tags = (await store.takeTags(trx, written)).filter((tag) => tag !== undefined);
    const byId = new Map(tags.map((tag) => [tag.id, tag]));
    if (tags.length === written.length) return [...byId.values()];
  }
  throw new Unavailable('These tags are being merged');
}

/**
 * The tag with this name, if it has a post that `viewer` may read; otherwise undefined, as if it
 * did not exist.
 */
export async function findTag(
  { db }: Pick<Context, 'db'>,
  viewer: Viewer,
  name: string,
): Promise<(TagRow & { posts: number }) | undefined> {
  const tag = await store.findTag(db, tagKey(name));
  const posts = tag ? await store.countTag(db, tag.id, countFor(viewer).column) : 0;
  return tag && posts > 0 ? { ...tag, posts } : undefined;
}

/** As `findTag`: under which ids the index has its posts. Empty without such a tag. */
export async function listTagIds(
  ctx: Pick<Context, 'db'>,
  viewer: Viewer,
  name: string,
): Promise<number[]> {
  const tag = await findTag(ctx, viewer, name);
  return tag ? [tag.id, ...(await store.listMerged(ctx.db, tag.id))] : [];
}

const { compare } = new Intl.Collator('en', { numeric: true });

/** The tags of the posts that `viewer` may read, with their numbers, by name. */
export async function listTags(
  { db }: Pick<Context, 'db'>,
  viewer: Viewer,
  limit = LISTED_MAX,
): Promise<store.CountedTag[]> {
  const tags = await store.listTags(db, countFor(viewer).column, limit);
  return tags.toSorted((a, b) => compare(a.name, b.name));
}
