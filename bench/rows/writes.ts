import { createClient } from '../../test/support/client.ts';
import type { Bench } from '../group.ts';
import { lazy } from '../lazy.ts';
import { openInserts } from '../limits/inserts.ts';
import { during } from '../load/at-once.ts';
import { send } from '../load/send.ts';
import { requestsPerSecond } from '../load/wrk.ts';
import { newPlaceWithPosts } from '../many-posts.ts';
import { quantile } from '../statistics.ts';
import type { Work } from '../work.ts';

const POSTS = 1_000;
const CONTENT = 'A line of text.\n'.repeat(40);

/** One person writes as fast as the answers come, while 32 read the newest posts as fast as they can. */
export function writes(bench: Bench): Work[] {
  const blog = lazy(async () => bench.startMasthead());
  const token = lazy(async () => (await createClient((await blog()).url).person()).token);
  const place = lazy(() => newPlaceWithPosts(bench, 1));

  /** Milliseconds of each post. */
  const besideReaders = async () => {
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
    return during(read, 1, () => timesOf(write));
  };
  return [
    {
      name: 'p99 of a post while 32 connections read',
      unit: 'ms',
      measure: async () => quantile(await besideReaders(), 0.99),
      goal: { atMost: 10 },
    },
    {
      name: `${POSTS.toLocaleString('en')} posts written one by one while 32 connections read`,
      unit: '/s',
      limit: {
        name: 'the database alone',
        measure: async () => {
          await using inserts = await openInserts(await place());
          return perSecond(await timesOf((n) => inserts.insert(`Post ${n}`, CONTENT)));
        },
      },
      measure: async () => perSecond(await besideReaders()),
    },
  ];
}

async function timesOf(write: (n: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let n = 1; n <= POSTS; n++) {
    const begun = performance.now();
    await write(n);
    times.push(performance.now() - begun);
  }
  return times;
}

function perSecond(times: number[]): number {
  return (times.length * 1000) / times.reduce((sum, ms) => sum + ms, 0);
}
