import { type Kysely, sql } from 'kysely';

/** The comments that point at a paragraph are found among all others of their post. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index comments_anchored on comments (post_id) where anchor is not null`.execute(
    db,
  );
}
