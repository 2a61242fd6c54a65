import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '../../test/support/client.ts';
import { createVisitor } from '../../test/support/visitor.ts';
import type { Bench } from '../group.ts';
import { lazy } from '../lazy.ts';
import { during } from '../load/at-once.ts';
import { send } from '../load/send.ts';
import { requestsPerSecond } from '../load/wrk.ts';
import { newPlaceWithPosts } from '../many-posts.ts';
import { runSql } from '../set-up.ts';
import { median } from '../statistics.ts';
import type { Work } from '../work.ts';

const [FEW, MANY] = [100, 100_000];
const TIMES = 50;
const MARKS = 50;

/** The list of one person's notices, and what reading them costs others. */
export function notices(bench: Bench): Work[] {
  const blog = lazy(async () => {
    const place = await newPlaceWithPosts(bench, 10);
    const { url } = await bench.startMasthead(place);
    const client = createClient(url);
    const people = await Promise.all(['few', 'many'].map((name) => client.person(name)));
    for (const [index, count] of [FEW, MANY].entries()) {
      await runSql(
        place,
        `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count})
         insert into notices (user_id, kind, post_id, created_at)
         select ${people[index]?.id}, 'published', 1 + i % 10, i from n`,
      );
    }
    // Its autovacuum does this within a minute.
    if (place.databaseUrl !== undefined) await runSql(place, 'vacuum analyze notices');
    return { url, people };
  });
  const listMs = async (index: number) => {
    const { url, people } = await blog();
    const headers = { authorization: `Bearer ${people[index]?.token}` };
    const times: number[] = [];
    for (let n = 0; n < TIMES; n++) {
      const begun = performance.now();
      await send(`${url}/api/notices`, { method: 'GET', headers, status: 200 }, Buffer.alloc(0));
      times.push(performance.now() - begun);
    }
    return median(times);
  };
  /** GET / of somebody signed in, whose page is in the cache. */
  const signedIn = async () => {
    const { url, people } = await blog();
    const browser = createVisitor(url);
    await browser.signIn(people[0] as { email: string; password: string });
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
    return requestsPerSecond(`${url}/`, { headers: { cookie } });
  };
  return [
    {
      name: `GET /api/notices of somebody with ${MANY.toLocaleString('en')} unread ones`,
      unit: 'ms',
      limit: { name: `with ${FEW}`, measure: () => listMs(0) },
      measure: () => listMs(1),
      goal: { atMost: 1.5 },
    },
    {
      name: `GET / of somebody signed in, while another reads ${MARKS} notices a second`,
      unit: '/s',
      limit: { name: 'while nobody does', measure: signedIn },
      measure: async () => {
        const { url, people } = await blog();
        const headers = {
          authorization: `Bearer ${people[1]?.token}`,
          'content-type': 'application/json',
        };
        let upTo = 0;
        const mark = async () => {
          const body = Buffer.from(JSON.stringify({ up_to: (upTo += 1) }));
          const to = { method: 'POST', headers, status: 200 };
          await Promise.all([sleep(1000 / MARKS), send(`${url}/api/notices/read`, to, body)]);
        };
        return during(mark, 1, signedIn);
      },
      goal: { atLeast: 0.8 },
    },
  ];
}
