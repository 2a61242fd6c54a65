import type { Bench } from '../group.ts';
import { lazy } from '../lazy.ts';
import { send } from '../load/send.ts';
import { type Place, command, runSql } from '../set-up.ts';
import { median } from '../statistics.ts';
import { p99AtFixedRate } from '../load/steady.ts';
import { during } from '../load/at-once.ts';
import { indexRow } from '../../src/db/migrations/0017-post-index.ts';
import { INDEX_VERSION } from '../../src/posts/writing/post-index.store.ts';
import { RENDERER } from '../../src/text/rendered.ts';
import type { Work } from '../work.ts';

const [FEW, MANY] = [1_000, 100_000];
/** 2026-01-01, and a post each minute from then on; microseconds. */
const [FIRST, EVERY] = [1_767_225_600_000_000, 60_000_000];
/** Each post has one of so many tags, and all have one more. */
const TAGS = 50;
const TIMES = 50;

/**
 * What is searched for. The n-th word of a post is one of n²: the first few are in most posts, the
 * last in one of ten thousand.
 */
const QUERIES: Record<string, string> = {
  'the newest 20 of a word in every post': 'a1b0',
  'a word in one of 10,000': 'a99b7',
  'eight words that are never together': 'a2b0 a2b1 a3b0 a3b1 a4b0 a4b1 a5b0 a5b1',
  'a phrase of four words in half of the posts or fewer, that is nowhere': '"a2b1 a1b0 a3b1 a2b0"',
  'a beginning of three letters, in every post': 'a2b*',
  'the posts of one person with a word': 'by:person7 a3b1',
  'the posts of one person': 'by:person7',
  'the posts with one of 50 tags': 'tag:tag7',
  'the posts with a tag that all have, without another tag and a word': `tag:tag${TAGS + 1} -tag:tag7 -a2b0`,
  'a word in every post, without another': 'a1b0 -a2b0',
};

/** Searching, depending on the number of posts, and what readers notice of it. */
export function search(bench: Bench): Work[] {
  const blogs = new Map(
    [FEW, MANY].map((posts) => [
      posts,
      lazy(async () => {
        const place = await bench.newPlace();
        await fillWithWords(place, posts);
        return bench.startMasthead(place);
      }),
    ]),
  );
  const find = async (posts: number, q: string) => {
    const { url } = (await blogs.get(posts)?.()) ?? {};
    const address = `${url}/api/search?q=${encodeURIComponent(q)}`;
    return () => send(address, { method: 'GET', headers: {}, status: 200 }, Buffer.alloc(0));
  };
  const works = Object.entries(QUERIES).map(([what, q]): Work => ({
    name: `search: ${what}, of ${MANY.toLocaleString('en')} posts`,
    unit: 'ms',
    limit: {
      name: `of ${FEW.toLocaleString('en')}`,
      measure: async () => medianMs(await find(FEW, q)),
    },
    measure: async () => medianMs(await find(MANY, q)),
  }));
  const home = async () => p99AtFixedRate(`${(await blogs.get(MANY)?.())?.url}/`);
  return [
    ...works,
    {
      name: 'search: p99 of GET / while two search for the phrase without end',
      unit: 'ms',
      limit: { name: 'idle', measure: home },
      measure: async () => {
        const one = await find(MANY, Object.values(QUERIES)[3] ?? '');
        return during(one, 2, home);
      },
      goal: { atMost: 2 },
    },
  ];
}

/** Posts of a hundred words, in the database and in its index, as the server would write them. */
async function fillWithWords(place: Place, posts: number): Promise<void> {
  await command(place, ['migrate']);
  const postgres = place.databaseUrl !== undefined;
  const counted = (end: number) =>
    `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${end})`;
  const word = "'a' || k || 'b' || ((i * 7919 + k * 104729) % (k * k))";
  const words = postgres
    ? `(select string_agg(${word}, ' ' order by k) from generate_series(1, 100) as k)`
    : `(select group_concat(${word}, ' ') from (with recursive w(k) as
        (select 1 union all select k + 1 from w where k < 100) select k from w))`;
  await runSql(
    place,
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
         select id, date_posted, to_tsvector('simple', content) || array_to_tsvector(array['·by' || user_id, '·public', '·tag' || (1 + id % ${TAGS}), '·tag' || ${TAGS + 1}]) from posts`
      : `insert into post_index (rowid, title, body, facts)
         select ${indexRow('posts')}, lower(title), content, '·by' || user_id || ' ·public ·tag' || (1 + id % ${TAGS}) || ' ·tag' || ${TAGS + 1}
         from posts order by date_posted, id`,
    `${counted(TAGS + 1)} insert into tags (name, key) select 'tag' || i, 'tag' || i from n`,
    `insert into post_tags (post_id, tag_id, place, date_posted, state, members_only)
     select id, 1 + id % ${TAGS}, 0, date_posted, state, members_only from posts`,
    `insert into post_tags (post_id, tag_id, place, date_posted, state, members_only)
     select id, ${TAGS + 1}, 1, date_posted, state, members_only from posts`,
    ...(postgres ? ['vacuum analyze posts', 'vacuum analyze post_index'] : []),
  );
}

/** The median time of one call after the other; milliseconds. */
async function medianMs(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < TIMES; n++) {
    const begun = performance.now();
    await work();
    times.push(performance.now() - begun);
  }
  return median(times);
}
