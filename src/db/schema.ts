import type { Insertable, Selectable } from 'kysely';
import type {
  UsersTable,
  ProfilesTable,
  SessionsTable,
  ResetTokensTable,
  EmailChangesTable,
  OwnerLinksTable,
  InvitationsTable,
} from './schema/people.ts';
import type { ModerationLogTable, ReportsTable } from './schema/moderation.ts';
import type {
  PostsTable,
  PostTextsTable,
  PostIndexTable,
  PostCountsTable,
  PostTotalsTable,
  PostMonthsTable,
  PinnedPostsTable,
} from './schema/posts.ts';
import type { CommentsTable, CommentCountsTable } from './schema/comments.ts';
import type { NoticesTable, PrivateFeedsTable } from './schema/notices.ts';
import type {
  PicturesTable,
  PostPicturesTable,
  PictureUsesTable,
  SitePicturesTable,
} from './schema/pictures.ts';
import type {
  PostTagsTable,
  TagCountsTable,
  TagMergesTable,
  TagRedirectsTable,
  TagsTable,
} from './schema/tags.ts';
import type { DraftsTable, RevisionsTable, PublishedDraftsTable } from './schema/drafts.ts';
import type {
  HeartbeatTable,
  RateLimitsTable,
  ImportsTable,
  DataVersionsTable,
  MailsTable,
  MailDaysTable,
  SettingsTable,
} from './schema/upkeep.ts';

export type { NoticeKind } from './schema/notices.ts';
export type { Role } from './schema/people.ts';

/**
 * The tables, as migrations/ make them. Times are integers: microseconds since 1970 in UTC, the
 * precision of the contract's dates. They sort, compare and index the same way on both databases.
 */
export interface Schema {
  users: UsersTable;
  profiles: ProfilesTable;
  posts: PostsTable;
  sessions: SessionsTable;
  reset_tokens: ResetTokensTable;
  email_changes: EmailChangesTable;
  pictures: PicturesTable;
  post_pictures: PostPicturesTable;
  picture_uses: PictureUsesTable;
  site_pictures: SitePicturesTable;
  heartbeat: HeartbeatTable;
  rate_limits: RateLimitsTable;
  imports: ImportsTable;
  post_texts: PostTextsTable;
  post_index: PostIndexTable;
  post_counts: PostCountsTable;
  post_totals: PostTotalsTable;
  post_months: PostMonthsTable;
  pinned_posts: PinnedPostsTable;
  data_versions: DataVersionsTable;
  mails: MailsTable;
  mail_days: MailDaysTable;
  settings: SettingsTable;
  drafts: DraftsTable;
  revisions: RevisionsTable;
  owner_links: OwnerLinksTable;
  invitations: InvitationsTable;
  published_drafts: PublishedDraftsTable;
  moderation_log: ModerationLogTable;
  notices: NoticesTable;
  private_feeds: PrivateFeedsTable;
  comments: CommentsTable;
  comment_counts: CommentCountsTable;
  reports: ReportsTable;
  tags: TagsTable;
  tag_counts: TagCountsTable;
  tag_redirects: TagRedirectsTable;
  tag_merges: TagMergesTable;
  post_tags: PostTagsTable;
}

export type UserRow = Selectable<UsersTable>;
export type NewUser = Insertable<UsersTable>;
export type PostRow = Selectable<PostsTable>;
export type SessionRow = Selectable<SessionsTable>;
export type PictureRow = Selectable<PicturesTable>;
export type PostPictureRow = Selectable<PostPicturesTable>;
export type MailRow = Selectable<MailsTable>;
export type DraftRow = Selectable<DraftsTable>;
export type InvitationRow = Selectable<InvitationsTable>;
export type ModerationRow = Selectable<ModerationLogTable>;
export type NoticeRow = Selectable<NoticesTable>;
export type CommentRow = Selectable<CommentsTable>;
export type ReportRow = Selectable<ReportsTable>;
export type RevisionRow = Selectable<RevisionsTable>;
export type TagRow = Selectable<TagsTable>;
