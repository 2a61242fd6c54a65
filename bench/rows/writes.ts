import { createClient } from '../../test/support/client.ts';
import type { Bench } from '../group.ts';
import { lazy } from '../lazy.ts';
import { openInserts } from '../limits/inserts.ts';
import { during } from '../load/at-once.ts';
import { send } from '../load/send.ts';
import { requestsPerSecond } from '../load/wrk.ts';
import { newPlaceWithPosts } from '../many-posts.ts';
import type { Work } from '../work.ts';

const POSTS = 10_000;
const CONTENT = 'A line of text.\n'.repeat(40);

/** One person writes as fast as the answers come, while 32 read the newest posts as fast as they can. */
export function writes(bench: Bench): Work[] {
  const blog = lazy(async () => bench.startMasthead());
  const token = lazy(async () => (await createClient((await blog()).url).person()).token);
  const place = lazy(() => newPlaceWithPosts(bench, 1));
  return [
    {
      name: `${POSTS.toLocaleString('en')} posts written one by one while 32 connections read`,
      unit: '/s',
      limit: {
        name: 'the database alone',
        measure: async () => {
          await using inserts = await openInserts(await place());
          return await writtenPerSecond((n) => inserts.insert(`Post ${n}`, CONTENT));
        },
      },
      measure: async () => {
        const { url } = await blog();
        const authorization = `Bearer ${await token()}`;
        const sent = {
          method: 'POST',
          headers: { authorization, 'content-type': 'application/json' },
          status: 201,
        };
        const read = () => requestsPerSecond(`${url}/api/posts?limit=10`, { seconds: 1 });
        const write = (n: number) => {
          const post = JSON.stringify({ title: `Post ${n}`, content: CONTENT });
          return send(`${url}/api/posts`, sent, Buffer.from(post));
        };
        return during(read, 1, () => writtenPerSecond(write));
      },
      goal: { atLeast: 0.5 },
    },
  ];
}

async function writtenPerSecond(write: (n: number) => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  for (let n = 1; n <= POSTS; n++) await write(n);
  return (POSTS * 1000) / (performance.now() - begun);
}
