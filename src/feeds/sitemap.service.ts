import { randomUUID } from 'node:crypto';
import { setImmediate as othersFirst } from 'node:timers/promises';
import { visibleTo } from '../auth/policy.ts';
import type { Context } from '../context.ts';
import * as store from './sitemap.store.ts';

/** Range of post ids that one file covers; a sitemap may have 50,000 addresses. */
export const POSTS_A_FILE = 50_000;
/** Posts read at once. */
const BATCH = 500;

/** How many files there are. Some may have few posts or none: each covers a range of ids. */
export async function countFiles({ db }: Pick<Context, 'db'>): Promise<number> {
  return Math.ceil((await store.highestPostId(db)) / POSTS_A_FILE);
}

/**
 * A text that changes whenever the content of a file may change. The version alone would not do,
 * because it starts again in a restored blog. An unknown version gives a text that never occurred
 * before.
 */
export async function stateOfFiles({ db }: Pick<Context, 'db'>) {
  const version = await db.dataVersion.current();
  const highest = await store.highestPostId(db);
  return {
    version: version?.content ?? randomUUID(),
    highest,
    files: Math.ceil(highest / POSTS_A_FILE),
  };
}

/** The posts of one file that everybody may read, some at a time; `file` counts from 1. */
export async function* postsOfFile(
  { db }: Pick<Context, 'db'>,
  file: number,
): AsyncGenerator<store.ListedPost[]> {
  const last = file * POSTS_A_FILE;
  let after = last - POSTS_A_FILE;
  for (;;) {
    const range = { after, last, limit: BATCH, visible: visibleTo(null) };
    const posts = await store.listPostsById(db, range);
    if (posts.length > 0) yield posts;
    if (posts.length < BATCH) return;
    after = posts.at(-1)?.id ?? last;
    await othersFirst();
  }
}
