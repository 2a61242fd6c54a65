import { indexRow } from '../src/db/migrations/0017-post-index.ts';
import { INDEX_VERSION } from '../src/posts/writing/post-index.store.ts';
import { RENDERER } from '../src/text/rendered.ts';
import { fill } from './fill.ts';
import { type Place, command } from './set-up.ts';

/** 2026-01-01, and a post each minute from then on; microseconds. */
const [FIRST, EVERY] = [1_767_225_600_000_000, 60_000_000];
/** Each post has one of so many tags, and all have one more. */
const TAGS = 50;

/** Posts of a hundred words, in the database and in its index, as the server would write them. */
export async function fillWithWords(place: Place, posts: number): Promise<void> {
  await command(place, ['migrate']);
  const postgres = place.databaseUrl !== undefined;
  const counted = (end: number) =>
    `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${end})`;
  const word = "'a' || k || 'b' || ((cast(i as bigint) * 7919 + k * 104729) % (k * k))";
  const words = postgres
    ? `(select string_agg(${word}, ' ' order by k) from generate_series(1, 100) as k)`
    : `(select group_concat(${word}, ' ') from hundred)`;
  await fill(
    place,
    'post_index',
    ...(postgres ? [] : [`create temp table hundred as ${counted(100)} select i as k from n`]),
    `${counted(100)}
     insert into users (username, username_key, email, email_key, password_hash, created_at)
     select 'person' || i, 'person' || i, i || '@example.com', i || '@example.com', '', ${FIRST} from n`,
    `${counted(posts)}
     insert into posts (user_id, title, content, date_posted)
     select 1 + i % 100, 'Post ' || i, ${words}, ${FIRST} + ${EVERY} * cast(i as bigint) from n`,
    `insert into post_texts (post_id, renderer, html, excerpt_html, excerpt_cut, plain, words, updated_at, indexed)
     select id, ${RENDERER}, '', '', 0, content, 100, date_posted, ${INDEX_VERSION} from posts`,
    postgres
      ? `insert into post_index (post_id, date_posted, words)
         select id, date_posted, to_tsvector('simple', content) || array_to_tsvector(array['·by' || user_id, '·tag' || (1 + id % ${TAGS}), '·tag' || ${TAGS + 1}]) from posts`
      : `insert into post_index (rowid, title, body, facts)
         select ${indexRow('posts')}, lower(title), content, '·wpost ·w' || id || ' ·by' || user_id || ' ·m' || strftime('%Y%m', date_posted / 1000000, 'unixepoch') ||
           ' ·tag' || (1 + id % ${TAGS}) || ' ·tag' || ${TAGS + 1}
         from posts order by date_posted, id`,
    `${counted(TAGS + 1)} insert into tags (name, key) select 'tag' || i, 'tag' || i from n`,
    `insert into post_tags (post_id, tag_id, place, date_posted, state, members_only)
     select id, 1 + id % ${TAGS}, 0, date_posted, state, members_only from posts`,
    `insert into post_tags (post_id, tag_id, place, date_posted, state, members_only)
     select id, ${TAGS + 1}, 1, date_posted, state, members_only from posts`,
    // Its autovacuum does this within a minute, and `fill` for the index.
    ...(postgres
      ? ['posts', 'post_texts', 'post_tags'].map((table) => `vacuum analyze ${table}`)
      : []),
  );
}
