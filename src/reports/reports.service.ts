import { authorize, isMember } from '../auth/policy.ts';
import { lockAccount } from '../auth/viewer.ts';
import { getComment } from '../comments/comments.service.ts';
import { currentMarkup } from '../comments/rendered/rendered.service.ts';
import type { Context } from '../context.ts';
import type { Transaction } from '../db/database.ts';
import type { ReportRow, UserRow } from '../db/schema.ts';
import { isoMicros, micros } from '../db/time.ts';
import { transact } from '../db/transact.ts';
import { HttpError } from '../errors.ts';
import { logDeed } from '../moderation/log.service.ts';
import { addNoticeForEditors } from '../notices/notices.service.ts';
import { getPost } from '../posts/posts.service.ts';
import type { ReportCreate, Reported } from './report.ts';
import * as store from './reports.store.ts';

/** An open report, with the markup of the comment that it is about; null for a post. */
export type OpenReport = Omit<store.OpenReport, 'content' | 'html' | 'renderer'> & {
  comment: string | null;
};

/** Open reports on a page. */
const REPORTS_PAGE = 50;

/** Throws 403 unless `viewer` may report what they may read. */
export function authorizeReporting(viewer: UserRow | null): void {
  if (!isMember(viewer)) throw new HttpError(403, 'Not authorized to report');
}

/**
 * Tells the editors that somebody finds a post or a comment wrong; nothing is hidden by it. A second
 * report of the same by the same person only changes the reason. Throws 403, 404 unless `viewer` may
 * read it, and TooManyRequests.
 */
export async function report(
  ctx: Context,
  viewer: UserRow,
  about: Reported,
  { reason }: ReportCreate,
): Promise<void> {
  const { id: user_id } = viewer;
  const onPost = await findReadable(ctx, viewer, about);
  authorizeReporting(viewer);
  await ctx.limits.reports.take(String(user_id));
  const ids = { postId: null, commentId: null, ...about };
  await transact(ctx.db, async (trx) => {
    authorizeReporting((await lockAccount(trx, user_id)) ?? null);
    const told = (await store.countOpenOf(trx, about)) > 0;
    const added = await store.putReport(trx, {
      post_id: ids.postId,
      comment_id: ids.commentId,
      user_id,
      reason,
      created_at: micros(ctx.clock),
    });
    // Editors are notified once, however many people report the same.
    if (!added || told) return;
    const of = { actorId: user_id, postId: onPost, commentId: ids.commentId };
    await addNoticeForEditors(trx, ctx.clock, { kind: 'report', ...of });
  }).catch(async (error: unknown) => {
    // It may have been deleted in this moment.
    await findReadable(ctx, viewer, about);
    throw error;
  });
}

/** The id of the post that is reported, or on which the comment is. Throws 404 unless `viewer` may read it. */
async function findReadable(ctx: Context, viewer: UserRow, about: Reported): Promise<number> {
  if ('postId' in about) return (await getPost(ctx, viewer, about.postId)).id;
  return (await getComment(ctx, viewer, about.commentId)).post.id;
}

/** A page of open reports, oldest first, and the id after which the next page begins. */
export async function listOpenReports(
  { db }: Context,
  after = 0,
): Promise<{ reports: OpenReport[]; next: number | undefined }> {
  const found = await store.listOpen(db, { after, limit: REPORTS_PAGE + 1 });
  const reports = await Promise.all(found.slice(0, REPORTS_PAGE).map(withMarkup));
  return { reports, next: found.length > REPORTS_PAGE ? reports.at(-1)?.id : undefined };
}

async function withMarkup(report: store.OpenReport): Promise<OpenReport> {
  const { content, html, renderer, ...rest } = report;
  return { ...rest, comment: await currentMarkup({ content, html, renderer }) };
}

/** What a report is about. Throws 404. */
export async function getReported({ db }: Context, id: number): Promise<Reported> {
  const found = await store.findReport(db, id);
  if (!found) throw new HttpError(404, 'Report not found');
  return found.post_id === null ? { commentId: found.comment_id ?? 0 } : { postId: found.post_id };
}

/** Closes all open reports of a post or comment, in the transaction that acts on it. */
export async function settleReports(
  trx: Transaction,
  clock: () => number,
  about: Reported,
  { actorId, outcome }: { actorId: number; outcome: NonNullable<ReportRow['outcome']> },
): Promise<void> {
  await store.closeReports(trx, about, {
    closed_at: micros(clock),
    closed_by: actorId,
    outcome,
  });
}

/**
 * Closes all open reports of what a report is about, without doing anything else. Throws 403, and 404
 * for a report that is gone.
 */
export async function closeReport(ctx: Context, actor: UserRow, id: number): Promise<void> {
  const about = await getReported(ctx, id);
  await transact(ctx.db, async (trx) => {
    const current = (await lockAccount(trx, actor.id)) ?? null;
    authorize(current, 'moderate', { kind: 'blog' }, 'Only owners and editors close reports');
    const closing = { closed_at: micros(ctx.clock), closed_by: actor.id } as const;
    const closed = await store.closeReports(trx, about, { ...closing, outcome: 'closed' });
    // Somebody else has closed them.
    if (closed === 0) return;
    await logDeed(trx, ctx.clock, { actorId: actor.id, action: 'report closed', ...about });
  });
}

/** What a person has reported, for themselves. */
export async function listReportsBy(
  { db }: Context,
  userId: number,
): Promise<{ post_id: number | null; comment_id: number | null; reason: string; date: string }[]> {
  const rows = await store.listReportsBy(db, userId);
  return rows.map(({ post_id, comment_id, reason, created_at }) => ({
    post_id,
    comment_id,
    reason,
    date: isoMicros(created_at),
  }));
}
