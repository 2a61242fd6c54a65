import type { Insertable } from 'kysely';
import type { Database, Transaction } from '../db/database.ts';
import type { CommentRow, PostRow, ReportRow, Schema } from '../db/schema.ts';
import type { Reported } from './report.ts';

/**
 * Adds a report, or gives the open one of the same person a new reason; one that is closed stays as it
 * is. Returns whether it was added.
 */
export async function putReport(
  trx: Transaction,
  report: Insertable<Schema['reports']>,
): Promise<boolean> {
  const column = report.post_id == null ? 'comment_id' : 'post_id';
  const added = await trx
    .insertInto('reports')
    .values(report)
    .onConflict((conflict) => conflict.columns([column, 'user_id']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (added) return true;
  await trx
    .updateTable('reports')
    .set({ reason: report.reason })
    .where(column, '=', report[column] ?? 0)
    .where('user_id', '=', report.user_id)
    .where('closed_at', 'is', null)
    .execute();
  return false;
}

/** How many reports of this are open. */
export async function countOpenOf(trx: Transaction, about: Reported): Promise<number> {
  const { count } = await trx
    .selectFrom('reports')
    .select((of) => of.fn.countAll<number | string>().as('count'))
    .where(...columnOf(about))
    .where('closed_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Closes all open reports of this and returns how many. */
export async function closeReports(
  trx: Transaction,
  about: Reported,
  closing: { closed_at: number; closed_by: number; outcome: NonNullable<ReportRow['outcome']> },
): Promise<number> {
  const result = await trx
    .updateTable('reports')
    .set(closing)
    .where(...columnOf(about))
    .where('closed_at', 'is', null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

function columnOf(about: Reported): ['post_id' | 'comment_id', '=', number] {
  return 'postId' in about ? ['post_id', '=', about.postId] : ['comment_id', '=', about.commentId];
}

/** An open report with what it is about; `post_*` of a comment: the post that it is on. */
export interface OpenReport extends Pick<
  ReportRow,
  'id' | 'post_id' | 'comment_id' | 'user_id' | 'reason' | 'created_at'
> {
  reporter: string;
  on_post: number;
  title: string;
  post_state: PostRow['state'];
  author_id: number | null;
  author: string | null;
  /** of a comment; null of a post */
  content: string | null;
  html: string | null;
  renderer: number | null;
  comment_state: CommentRow['state'] | null;
}

function open(db: Database) {
  return (
    db
      .selectFrom('reports')
      .innerJoin('users as reporters', 'reporters.id', 'reports.user_id')
      .leftJoin('comments', 'comments.id', 'reports.comment_id')
      .innerJoin('posts', (join) =>
        join.on((of) => of('posts.id', '=', of.fn.coalesce('reports.post_id', 'comments.post_id'))),
      )
      .leftJoin('users as authors', (join) =>
        join.on((of) =>
          of(
            'authors.id',
            '=',
            of
              .case()
              .when('reports.comment_id', 'is', null)
              .then(of.ref('posts.user_id'))
              .else(of.ref('comments.user_id'))
              .end(),
          ),
        ),
      )
      .where('reports.closed_at', 'is', null)
      // Nobody can read unpublished posts, so nothing is left to do about them.
      .where('posts.state', '<>', 'unpublished')
      .where((of) =>
        of.or([of('comments.state', 'is', null), of('comments.state', '<>', 'removed')]),
      )
      .select([
        'reports.id',
        'reports.post_id',
        'reports.comment_id',
        'reports.user_id',
        'reports.reason',
        'reports.created_at',
        'reporters.username as reporter',
        'posts.id as on_post',
        'posts.title',
        'posts.state as post_state',
        'authors.id as author_id',
        'authors.username as author',
        'comments.content',
        'comments.html',
        'comments.renderer',
        'comments.state as comment_state',
      ])
  );
}

/** Open reports with a higher id than `after`, oldest first. */
export async function listOpen(
  db: Database,
  { after, limit }: { after: number; limit: number },
): Promise<OpenReport[]> {
  return open(db)
    .where('reports.id', '>', after)
    .orderBy('reports.id')
    .limit(limit)
    .$castTo<OpenReport>()
    .execute();
}

/** The report with this id, open or closed. */
export async function findReport(db: Database, id: number): Promise<ReportRow | undefined> {
  return db.selectFrom('reports').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The reports that a person has made, oldest first. */
export async function listReportsBy(db: Database, userId: number): Promise<ReportRow[]> {
  return db.selectFrom('reports').selectAll().where('user_id', '=', userId).orderBy('id').execute();
}
