import { COMMENTS_PAGE } from '../../src/comments/comment.ts';
import { RENDERER } from '../../src/text/rendered.ts';
import { createClient } from '../../test/support/client.ts';
import type { Bench } from '../group.ts';
import { lazy } from '../lazy.ts';
import { send } from '../load/send.ts';
import { requestsPerSecond } from '../load/wrk.ts';
import { newPlaceWithPosts } from '../many-posts.ts';
import { type Place, runSql } from '../set-up.ts';
import { median } from '../statistics.ts';
import type { Work } from '../work.ts';

/** More than a page has, so that both pages show as many. */
const FEW = 2 * COMMENTS_PAGE;
const MANY = 10_000;
const TIMES = 50;

/** The page of a post with comments, depending on their number, and adding one. */
export function comments(bench: Bench): Work[] {
  const blog = lazy(async () => {
    const place = await newPlaceWithPosts(bench, 10);
    await addComments(place, 1, FEW);
    await addComments(place, 2, MANY);
    const { url } = await bench.startMasthead(place);
    const { token } = await createClient(url).person('commenter');
    return { url, token };
  });
  const pageMs = async (post: number) => {
    const { url } = await blog();
    const rebuilt = { connections: 8, seconds: 1, uncached: true };
    return 1000 / (await requestsPerSecond(`${url}/posts/${post}`, rebuilt));
  };
  return [
    {
      name: `a post with ${MANY.toLocaleString('en')} comments, first page, rebuilt`,
      unit: 'ms',
      limit: { name: `with ${FEW}`, measure: () => pageMs(1) },
      measure: () => pageMs(2),
      goal: { atMost: 1.5 },
    },
    {
      name: `POST a comment, the post has ${MANY.toLocaleString('en')}`,
      unit: 'ms',
      measure: async () => {
        const { url, token } = await blog();
        const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
        const times: number[] = [];
        for (let n = 0; n < TIMES; n++) {
          const body = Buffer.from(JSON.stringify({ content: `Comment ${n} of ${Date.now()}` }));
          const begun = performance.now();
          await send(`${url}/api/posts/2/comments`, { method: 'POST', headers, status: 201 }, body);
          times.push(performance.now() - begun);
        }
        return median(times);
      },
    },
  ];
}

/** Half of them replies to earlier ones. */
async function addComments(place: Place, post: number, count: number): Promise<void> {
  const numbers = (last: number) =>
    `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${last})`;
  const text = `'A comment of usual length, as people write them.', '<p>A comment of usual length, as people write them.</p>', ${RENDERER}`;
  await runSql(
    place,
    `${numbers(count / 2)}
     insert into comments (post_id, user_id, content, html, renderer, created_at)
     select ${post}, 1, ${text}, i from n`,
    `insert into comments (post_id, user_id, parent_id, content, html, renderer, created_at)
     select post_id, 1, id, ${text}, created_at from comments where post_id = ${post}`,
  );
}
