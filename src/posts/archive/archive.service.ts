import { countFor, type Viewer } from '../../auth/policy.ts';
import type { Context } from '../../context.ts';
import { HttpError } from '../../errors.ts';
import type { ListedPost } from '../post.ts';
import { getEntries, type PageRequest, type PostsPage } from '../posts.service.ts';
import { listMonths, type MonthCount } from './archive.store.ts';
import type { Month } from './month.ts';

export type { MonthCount } from './archive.store.ts';

/** The months with posts that `viewer` may read, the newest first. */
export async function getMonths(
  { db }: Pick<Context, 'db'>,
  viewer: Viewer,
): Promise<MonthCount[]> {
  return listMonths(db, countFor(viewer).column);
}

/** A page of one month's posts, and the months beside it. */
export interface MonthPage {
  list: PostsPage<ListedPost>;
  posts: number;
  earlier: Month | undefined;
  later: Month | undefined;
}

/** Throws 404 for a month without a post that `viewer` may read. */
export async function getMonth(
  ctx: Context,
  viewer: Viewer,
  month: Month,
  page: PageRequest,
): Promise<MonthPage> {
  const months = await getMonths(ctx, viewer);
  const place = months.findIndex((one) => one.month === month);
  const found = months[place];
  if (!found) throw new HttpError(404, 'No posts in this month');
  const list = await getEntries(ctx, viewer, page, { month });
  const [later, earlier] = [months[place - 1], months[place + 1]];
  return { list, posts: found.posts, earlier: earlier?.month, later: later?.month };
}
