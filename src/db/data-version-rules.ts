import type { Schema } from './schema.ts';

/**
 * What a write changes for readers, and so what the response cache drops:
 * - `content`: something that any reader may see;
 * - `access`: which sessions and tokens are valid, what they may do, or what only their owner is shown;
 * - `both`; or `nothing` that a cached response shows.
 */
export type Effect = 'content' | 'access' | 'both' | 'nothing';

/** One effect for every write to a table, or one for each kind of write; updates may differ by column. */
export type Rule<Row = Record<string, unknown>> =
  | Effect
  | { insert: Effect; update: Effect | { [Column in keyof Row]: Effect }; delete: Effect };

/** The effect of every write to every table. Triggers made from this list count it, whoever writes. */
export const RULES: Readonly<Record<string, Rule>> = {
  users: {
    insert: 'content',
    update: {
      id: 'both',
      username: 'content',
      username_key: 'nothing',
      email: 'access',
      email_key: 'nothing',
      // A new password also changes the version of tokens; a stronger hash of the same one ends nothing.
      password_hash: 'nothing',
      token_version: 'access',
      password_changed_at: 'access',
      picture_key: 'content',
      created_at: 'content',
      email_confirmed_at: 'access',
      role: 'access',
      state: 'access',
      suspended_until: 'access',
      state_reason: 'access',
      invitation_id: 'nothing',
      // Shown to its owner alone.
      reset_link_at: 'access',
      // Cached pages expire before what they show of these columns becomes wrong.
      seen_at: 'nothing',
      last_visit_at: 'nothing',
    },
    delete: 'both',
  },
  profiles: 'content',
  posts: 'content',
  post_texts: {
    insert: 'content',
    update: {
      post_id: 'content',
      renderer: 'content',
      html: 'content',
      excerpt_html: 'content',
      excerpt_cut: 'content',
      teaser: 'content',
      plain: 'content',
      words: 'content',
      shown_plain: 'content',
      picture: 'content',
      updated_at: 'content',
      indexed: 'nothing',
    },
    delete: 'content',
  },
  // It changes only together with posts and their texts.
  post_index: 'nothing',
  // Nothing shows a session before it begins, and each use only prolongs it.
  sessions: { insert: 'nothing', update: 'nothing', delete: 'access' },
  reset_tokens: 'nothing',
  email_changes: 'nothing',
  // Rows are deleted after their files, whose addresses answer 404 from then on.
  pictures: { insert: 'nothing', update: 'nothing', delete: 'content' },
  // Cached pages show a picture only through a post's text, which changes with it. But its file may be cached for its owner.
  post_pictures: { insert: 'nothing', update: 'nothing', delete: 'access' },
  // They change only together with posts, drafts and revisions.
  picture_uses: 'nothing',
  heartbeat: 'nothing',
  rate_limits: 'nothing',
  imports: 'nothing',
  // They change only together with posts.
  post_counts: 'nothing',
  post_totals: 'nothing',
  post_months: 'nothing',
  pinned_posts: 'content',
  data_versions: 'nothing',
  mails: 'nothing',
  mail_days: 'nothing',
  settings: 'content',
  site_pictures: 'content',
  // Pages show their author that there are drafts; a save changes nothing that is cached.
  drafts: { insert: 'access', update: 'nothing', delete: 'access' },
  revisions: 'nothing',
  owner_links: 'nothing',
  // Owners are shown whether there is one.
  invitations: { insert: 'access', update: 'nothing', delete: 'access' },
  published_drafts: 'nothing',
  moderation_log: 'nothing',
  // A page is shown again only while its viewer's own notices are the same.
  notices: 'nothing',
  // Only addresses of private feeds depend on them, and those read the table for each request.
  private_feeds: 'nothing',
  comments: 'content',
  // They change only together with comments.
  comment_counts: 'nothing',
  // Only pages that are never cached show them.
  reports: 'nothing',
  // Nothing shows a tag before a post has it.
  tags: { insert: 'nothing', update: 'content', delete: 'content' },
  // It changes only together with post_tags.
  tag_counts: 'nothing',
  tag_redirects: 'content',
  tag_merges: 'nothing',
  post_tags: 'content',
} satisfies { [Table in keyof Schema]: Rule<Schema[Table]> } & Record<string, Rule>;
