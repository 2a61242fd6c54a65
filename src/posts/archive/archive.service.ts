import { countFor, type Viewer, visibleTo } from '../../auth/policy.ts';
import type { Context } from '../../context.ts';
import { HttpError } from '../../errors.ts';
import { tagNotFound } from '../../tags/edit-tags.service.ts';
import { tagPath } from '../../tags/tag.ts';
import { findTag } from '../../tags/tags.service.ts';
import { getUser } from '../../users/users.service.ts';
import type { ListedPost } from '../post.ts';
import type { Whose } from '../lists.store.ts';
import { getEntries, type PageRequest, type PostsPage } from '../posts.service.ts';
import { countMonths, listMonths, type MonthCount } from './archive.store.ts';
import type { Month } from './month.ts';

export type { MonthCount } from './archive.store.ts';
export { monthAfter, monthAt } from './month.ts';

/** Identifies the archive of one person or tag; undefined stands for the archive of all posts. */
export interface ArchiveOf {
  whose: Whose;
  /** Name of the person or tag, as shown on pages. */
  name: string;
  /** The path that the archive's path begins with. */
  path: string;
  /** Path of the page with all of these posts. */
  posts: string;
}

/** The archive of a person. Throws 404 if there is no such user. */
export async function archiveOfPerson(ctx: Context, userId: number): Promise<ArchiveOf> {
  const { id, username } = await getUser(ctx, userId);
  const path = `/users/${id}`;
  return { whose: { userId: id }, name: username, path, posts: `${path}/posts` };
}

/** The archive of a tag. Throws 404 unless the tag exists and has a post that `viewer` may read. */
export async function archiveOfTag(ctx: Context, viewer: Viewer, name: string): Promise<ArchiveOf> {
  const tag = await findTag(ctx, viewer, name);
  if (!tag) throw tagNotFound();
  const path = tagPath(tag.name);
  return { whose: { tagId: tag.id }, name: tag.name, path, posts: path };
}

/** The months with posts that `viewer` may read, the newest first; with `whose`, of one person or with one tag. */
export async function getMonths(
  { db }: Pick<Context, 'db'>,
  viewer: Viewer,
  whose?: Whose,
): Promise<MonthCount[]> {
  const counted = countFor(viewer);
  const all = await listMonths(db, counted.column);
  if (!whose) return all;
  const months = all.map(({ month }) => month);
  const range = { of: whose, visible: visibleTo(viewer), counted };
  return (await countMonths(db, months, range)).filter(({ posts }) => posts > 0);
}

/** A page of one month's posts, and the months beside it. */
export interface MonthPage {
  list: PostsPage<ListedPost>;
  count: MonthCount;
  earlier: Month | undefined;
  later: Month | undefined;
}

/** Throws 404 for a month without a post that `viewer` may read. */
export async function getMonth(
  ctx: Context,
  viewer: Viewer,
  { month, whose, ...page }: PageRequest & { month: Month; whose?: Whose | undefined },
): Promise<MonthPage> {
  const months = await getMonths(ctx, viewer, whose);
  const place = months.findIndex((one) => one.month === month);
  const found = months[place];
  if (!found) throw new HttpError(404, 'No posts in this month');
  const list = await getEntries(ctx, viewer, page, { ...whose, month });
  const [later, earlier] = [months[place - 1], months[place + 1]];
  return { list, count: found, earlier: earlier?.month, later: later?.month };
}
