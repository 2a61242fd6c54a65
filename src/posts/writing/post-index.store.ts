import { sql } from 'kysely';
import { isShared, type Transaction } from '../../db/database.ts';
import { indexRow } from '../../db/migrations/0017-post-index.ts';
import { tagTerm } from '../../tags/tag.ts';
import { authorTerm, MEMBERS_TERM, monthTerm, titleTerm } from '../post.ts';

/** Raise it whenever the same text would be indexed otherwise, so that posts are indexed again. */
export const INDEX_VERSION = 4;

/** The words by which a post is found, as `wordsOf` returns them. */
export interface PostWords {
  title: string;
  body: string;
}

/** Positions between the title and the body, so that no phrase reaches from one into the other. */
const GAP = 2;

/** Puts a post into the index and replaces what is there. An unpublished one stays out of it. */
export async function putWords(
  trx: Transaction,
  postId: number,
  { title, body }: PostWords,
): Promise<void> {
  const from = sql`from posts where posts.id = ${postId} and posts.state <> 'unpublished'`;
  if (!isShared(trx)) {
    await sql`replace into post_index (rowid, title, body, facts)
      select ${sql.raw(indexRow('posts'))}, ${title}, ${body}, concat_ws(' ', nullif(${ofTitle(title)}, ''), ${FACTS}, ${MONTH}, (
        select group_concat(${TAG} || tag_id, ' ') from post_tags where post_id = posts.id
      )) ${from}`.execute(trx);
    return;
  }
  await sql`insert into post_index (post_id, date_posted, words)
    select id, date_posted, ${vector(title, body)}::tsvector || array_to_tsvector(
      array_remove(array[${FACTS}], null)
        || array(select ${TAG} || tag_id from post_tags where post_id = posts.id)
    ) ${from}
    on conflict (post_id) do update set words = excluded.words`.execute(trx);
}

const TAG = sql.lit(tagTerm(''));
/** Terms of a post beside its words and tags: its author, and whether it is for members only. */
const FACTS = sql`${sql.lit(authorTerm(''))} || posts.user_id,
  case when posts.members_only = 1 then ${sql.lit(MEMBERS_TERM)} end`;

/** Only in SQLite's index, because searches there are limited to months. */
const MONTH = sql`${sql.lit(monthTerm(''))} || strftime('%Y%m', posts.date_posted / 1000000, 'unixepoch')`;

/** PostgreSQL's text form; terms hold nothing that has a meaning in it. */
function vector(title: string, body: string): string {
  const [inTitle, inBody] = [termsIn(title), termsIn(body)];
  const begin = inTitle.length + GAP;
  return [
    ...inTitle.flatMap((term, index) =>
      [term, titleTerm(term)].map((one) => `'${one}':${index + 1}A`),
    ),
    ...inBody.map((term, index) => `'${term}':${index + begin}`),
  ].join(' ');
}

/**
 * Terms for words of the title. Without them, SQLite would read all posts with a word to find those
 * with it in the title.
 */
const ofTitle = (title: string) => termsIn(title).map(titleTerm).join(' ');

const termsIn = (words: string) => (words === '' ? [] : words.split(' '));
