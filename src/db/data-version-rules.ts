import type { Schema } from './schema.ts';

/**
 * What a write changes for those who read, and so what the response cache drops:
 * - `content`: something that any reader may see;
 * - `access`: whose session or token is good, what they may do, or what only they are shown;
 * - `both`; or `nothing` that a cached response shows.
 */
export type Effect = 'content' | 'access' | 'both' | 'nothing';

/** One effect for every write to a table, or one for each kind of write; updates may differ by column. */
export type Rule<Row = Record<string, unknown>> =
  | Effect
  | { insert: Effect; update: Effect | { [Column in keyof Row]: Effect }; delete: Effect };

/** The effect of every write to every table. Triggers made from this count it, whoever writes. */
export const RULES: Readonly<Record<string, Rule>> = {
  users: {
    insert: 'content',
    update: {
      id: 'both',
      username: 'content',
      username_key: 'nothing',
      email: 'access',
      email_key: 'nothing',
      // What ends sessions and tokens changes their version, too; a stronger hash of the same password ends nothing.
      password_hash: 'nothing',
      token_version: 'access',
      password_changed_at: 'access',
      picture_key: 'content',
      created_at: 'content',
      email_confirmed_at: 'access',
    },
    delete: 'both',
  },
  posts: 'content',
  post_texts: 'content',
  // No response can show a session before it begins, and each use only prolongs it.
  sessions: { insert: 'nothing', update: 'nothing', delete: 'access' },
  reset_tokens: 'nothing',
  email_changes: 'nothing',
  // A row goes after its files, whose addresses are 404 from then on.
  pictures: { insert: 'nothing', update: 'nothing', delete: 'content' },
  heartbeat: 'nothing',
  rate_limits: 'nothing',
  imports: 'nothing',
  // They follow the posts, within the same transaction.
  post_counts: 'nothing',
  post_totals: 'nothing',
  data_versions: 'nothing',
  mails: 'nothing',
  mail_days: 'nothing',
} satisfies { [Table in keyof Schema]: Rule<Schema[Table]> } & Record<string, Rule>;
