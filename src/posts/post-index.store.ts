import { sql } from 'kysely';
import { isShared, type Transaction } from '../db/database.ts';
import { indexRow } from '../db/migrations/0017-post-index.ts';
import { authorTerm } from './post.ts';

/** Raise it whenever the same text would be indexed otherwise, so that posts are indexed again. */
export const INDEX_VERSION = 1;

/** What of a post is found, as `wordsOf` returns it. */
export interface PostWords {
  title: string;
  body: string;
}

/** Positions between the title and the body, so that no phrase reaches from one into the other. */
const GAP = 2;

/** Puts a post into the index in the place of what is there. An unpublished one stays out of it. */
export async function putWords(
  trx: Transaction,
  postId: number,
  { title, body }: PostWords,
): Promise<void> {
  const facts = sql`${authorTerm('')} || posts.user_id`;
  const from = sql`from posts where posts.id = ${postId} and posts.state <> 'unpublished'`;
  if (!isShared(trx)) {
    await sql`replace into post_index (rowid, title, body, facts)
      select ${sql.raw(indexRow('posts'))}, ${title}, ${body}, ${facts} ${from}`.execute(trx);
    return;
  }
  await sql`insert into post_index (post_id, date_posted, words)
    select id, date_posted, ${vector(title, body)}::tsvector || array_to_tsvector(array[${facts}]) ${from}
    on conflict (post_id) do update set words = excluded.words`.execute(trx);
}

/** PostgreSQL's text form; terms hold nothing that has a meaning in it. */
function vector(title: string, body: string): string {
  const [inTitle, inBody] = [termsIn(title), termsIn(body)];
  const begin = inTitle.length + GAP;
  return [
    ...inTitle.map((term, index) => `'${term}':${index + 1}A`),
    ...inBody.map((term, index) => `'${term}':${index + begin}`),
  ].join(' ');
}

const termsIn = (words: string) => (words === '' ? [] : words.split(' '));
