import { createClient } from '../../test/support/client.ts';
import { createVisitor } from '../../test/support/visitor.ts';
import type { Bench } from '../group.ts';
import { lazy } from '../lazy.ts';
import { send } from '../load/send.ts';
import { requestsPerSecond } from '../load/wrk.ts';
import { RENDERER } from '../../src/text/rendered.ts';
import { newPlaceWithPosts } from '../many-posts.ts';
import { fill } from '../fill.ts';
import { type Place, runSql } from '../set-up.ts';
import { median } from '../statistics.ts';
import type { Work } from '../work.ts';

const POSTS = 1_000;
/**
 * Numbers of comments in the whole blog. With FEW, the first post has all of them; with MANY, its
 * share.
 */
const FEW = 1_000;
/** PostgreSQL would be filled for a quarter of an hour with as many as SQLite. */
const MANY = { sqlite: 10_000_000, postgresql: 1_000_000 };
/** Added in one statement, so that SQLite's log stays small. */
const AT_ONCE = 500_000;
const TIMES = 50;
const TEXT = 'A comment of usual length, as people write them.';

/** A blog in which 0.1 % of the comments wait, are reported, and are in one editor's notices. */
interface Blog {
  url: string;
  token: string;
  cookie: string;
}

/** What people and editors see of comments as they become many. */
export function commentGrowth(bench: Bench): Work[] {
  const open = (many: boolean) =>
    lazy(async (): Promise<Blog & { total: number }> => {
      const place = await newPlaceWithPosts(bench, POSTS);
      const most = place.databaseUrl === undefined ? MANY.sqlite : MANY.postgresql;
      const total = many ? most : FEW;
      await addComments(place, total, many ? POSTS : 1);
      const { url } = await bench.startMasthead(place);
      const editor = await createClient(url).person('editor');
      await runSql(place, ...ofEditor(editor.id, Math.max(100, total / 1_000)));
      const browser = createVisitor(url);
      await browser.signIn(editor);
      const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
      return { url, token: editor.token, cookie, total };
    });
  const [few, many] = [open(false), open(true)];

  const pageMs = async (path: string, { url, cookie }: Blog, asEditor: boolean) => {
    const headers = asEditor ? { cookie } : {};
    const load = { connections: 8, seconds: 1, uncached: true, headers };
    return 1000 / (await requestsPerSecond(url + path, load));
  };
  const medianMs = async (request: (n: number) => Promise<unknown>) => {
    const times: number[] = [];
    for (let n = 0; n < TIMES; n++) {
      const begun = performance.now();
      await request(n);
      times.push(performance.now() - begun);
    }
    return median(times);
  };
  const postMs = ({ url, token }: Blog) =>
    medianMs(async (n) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const body = Buffer.from(JSON.stringify({ content: `Comment ${n} of ${Date.now()}` }));
      await send(`${url}/api/posts/2/comments`, { method: 'POST', headers, status: 201 }, body);
    });
  const noticesMs = ({ url, token }: Blog) =>
    medianMs(() => {
      const to = { method: 'GET', headers: { authorization: `Bearer ${token}` }, status: 200 };
      return send(`${url}/api/notices`, to, Buffer.alloc(0));
    });

  const row = (what: string, measure: (blog: Blog) => Promise<number>): Work => ({
    name: `${what}, of millions of comments`,
    unit: 'ms',
    limit: { name: `of ${FEW.toLocaleString('en')}`, measure: async () => measure(await few()) },
    measure: async () => measure(await many()),
    goal: { atMost: 1.5 },
  });
  return [
    row('first page of a post, rebuilt', (blog) => pageMs('/posts/1', blog, false)),
    row('first page of a post for an editor', (blog) => pageMs('/posts/1', blog, true)),
    row('a page of the API', (blog) => pageMs('/api/posts/1/comments?limit=30', blog, false)),
    row('POST a comment by somebody with many', postMs),
    row('comments that wait', (blog) => pageMs('/admin/comments', blog, true)),
    row('reports', (blog) => pageMs('/admin/reports', blog, true)),
    row('GET /api/notices', noticesMs),
  ];
}

/** Half of them replies, one after the other on so many posts, by a hundred people. */
async function addComments(place: Place, total: number, posts: number): Promise<void> {
  const html = `<p>${TEXT}</p>`;
  const statements: string[] = [];
  for (let added = 0; added < total; added += AT_ONCE) {
    const count = Math.min(AT_ONCE, total - added) / 2;
    statements.push(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count})
       insert into comments (post_id, user_id, content, html, renderer, created_at)
       select 1 + i % ${posts}, 1 + i % 99, '${TEXT}', '${html}', ${RENDERER}, ${added} + i from n`,
      `insert into comments (post_id, user_id, parent_id, content, html, renderer, created_at)
       select post_id, 100 - user_id, id, '${TEXT}', '${html}', ${RENDERER}, created_at from comments
       where parent_id is null and id > (select max(id) from comments) - ${count}`,
    );
  }
  await fill(place, 'comments', ...statements);
}

/** What one person has to do with comments; half of `count` wait. */
function ofEditor(id: number, count: number): string[] {
  const newest = `from comments where id > (select max(id) from comments) - ${count}`;
  return [
    `update users set role = 'editor', created_at = 0 where id = ${id}`,
    `insert into comments (post_id, user_id, content, html, renderer, created_at)
     select post_id, ${id}, content, html, renderer, created_at ${newest}`,
    `insert into comments (post_id, user_id, content, html, renderer, created_at, state)
     select post_id, user_id, content, html, renderer, created_at, 'held' ${newest}`,
    `insert into reports (comment_id, user_id, reason, created_at)
     select id, 1, 'Rude', created_at from comments where id <= ${count}`,
    `insert into notices (user_id, kind, post_id, comment_id, created_at)
     select ${id}, 'comment', post_id, id, created_at from comments where id <= ${count}`,
  ];
}
