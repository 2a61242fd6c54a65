import { INDEX_VERSION } from '../src/posts/writing/post-index.store.ts';
import { render } from '../src/text/render.ts';
import { RENDERER } from '../src/text/rendered.ts';
import { type Place, command, runSql } from './set-up.ts';
import type { Bench } from './group.ts';

const PEOPLE = 100;
const CONTENT = 'A line of text.\n'.repeat(12).trim();
/** 2026-01-01, and a post each minute from then on; microseconds. */
const [FIRST, EVERY] = [1_767_225_600_000_000, 60_000_000];

/**
 * A place with so many posts of a hundred people, half of them by the first and with a tag,
 * written directly to the database, with their texts rendered. They are not in the index of words,
 * which no list reads. `mixed`: every third post is for members only.
 */
export async function newPlaceWithPosts(
  bench: Bench,
  posts: number,
  { mixed = false } = {},
): Promise<Place> {
  const place = await bench.newPlace();
  await command(place, ['migrate']);
  const forMembers = mixed ? 'i % 3 = 0' : 'false';
  const text = render(CONTENT, 'text');
  const counted = (end: number) =>
    `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${end})`;
  await runSql(
    place,
    `${counted(PEOPLE)}
     insert into users (username, username_key, email, email_key, password_hash, created_at)
     select 'person' || i, 'person' || i, i || '@example.com', i || '@example.com', '', ${FIRST} from n`,
    `${counted(posts)}
     insert into posts (audience, members_only, user_id, title, content, date_posted)
     select case when ${forMembers} then 'members' else 'blog' end,
       case when ${forMembers} then 1 else 0 end, case when i % 2 = 0 then 1 else 1 + i % ${PEOPLE} end,
       'Post ' || i, '${CONTENT}', ${FIRST} + ${EVERY} * cast(i as bigint) from n`,
    `insert into post_texts (post_id, renderer, html, excerpt_html, excerpt_cut, teaser, plain, words, updated_at, indexed)
     select id, ${RENDERER}, '${text.html}', '${text.excerptHtml}', ${Number(text.excerptCut)}, '${text.teaser}',
       '${text.plain}', ${text.words}, date_posted, ${INDEX_VERSION} from posts`,
    "insert into tags (name, key) values ('Soup', 'soup')",
    `insert into post_tags (post_id, tag_id, place, date_posted, state, members_only)
     select id, 1, 0, date_posted, state, members_only from posts where id % 2 = 0`,
    // PostgreSQL's autovacuum does this within a minute.
    ...(place.databaseUrl === undefined
      ? []
      : ['vacuum analyze posts', 'vacuum analyze post_texts', 'vacuum analyze post_tags']),
  );
  return place;
}
