import { countFor, type Viewer } from '../auth/policy.ts';
import { lockAccount } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import { transact } from '../db/transact.ts';
import { HttpError } from '../errors.ts';
import { RENDERER } from '../text/rendered.ts';
import { renderText } from '../text/renderer.ts';
import { isBlank } from '../unicode/visible.ts';
import * as store from './profiles.store.ts';
import type { Writer } from './profiles.store.ts';

export type { Writer } from './profiles.store.ts';

/** Code points. */
export const BIO_MAX = 500;
/** People on a page. */
const WRITERS_PAGE = 50;

type Db = Pick<Context, 'db'>;

/** What people say about themselves, in Markdown; '' for nothing. */
export async function getBio({ db }: Db, userId: number): Promise<string> {
  return (await store.findBio(db, userId))?.bio ?? '';
}

/** The same as stored markup; undefined for nothing. */
export async function renderedBio({ db }: Db, userId: number): Promise<string | undefined> {
  const found = await store.findBio(db, userId);
  if (found === undefined || found.renderer === RENDERER) return found?.html;
  return rendered(found.bio);
}

/** Sets what a person says about themselves; a blank text removes it. Throws 404 without the account. */
export async function changeBio({ db }: Db, userId: number, bio: string): Promise<void> {
  const html = await rendered(bio);
  await transact(db, async (trx) => {
    if (!(await lockAccount(trx, userId))) throw new HttpError(404, 'User not found');
    if (isBlank(bio)) await store.deleteBio(trx, userId);
    else await store.putBio(trx, userId, { bio, html, renderer: RENDERER });
  });
}

/** Without pictures, because a bio cannot show any. */
const rendered = async (bio: string) => (await renderText(bio, 'markdown')).html;

/**
 * A page of people with a post that `viewer` may read, by id; `next`: the id after which the next
 * page begins.
 */
export async function listWriters(
  { db }: Db,
  viewer: Viewer,
  after = 0,
): Promise<{ people: Writer[]; next: number | undefined }> {
  const range = { counted: countFor(viewer), after, limit: WRITERS_PAGE + 1 };
  const found = await store.listWriters(db, range);
  const people = found.slice(0, WRITERS_PAGE);
  return { people, next: found.length > WRITERS_PAGE ? people.at(-1)?.id : undefined };
}
