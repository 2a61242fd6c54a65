import { createClient, type Person } from '../../test/support/client.ts';
import { newDraft, openAutosaves, startDraft, write, WRITERS } from '../autosaves.ts';
import type { Bench } from '../group.ts';
import { lazy } from '../lazy.ts';
import { during } from '../load/at-once.ts';
import { send } from '../load/send.ts';
import { p99AtFixedRate } from '../load/steady.ts';
import { runSql } from '../set-up.ts';
import { median } from '../statistics.ts';
import type { Limit, Work } from '../work.ts';
import { openWrittenBlog } from '../written-blog.ts';

/** 100 KB of the slowest kind of Markdown. */
const HOSTILE = '*_'.repeat(50_000);
const TIMES = 200;
/** Drafts of other people. */
const [FEW, MANY] = [100, 10_000];
const DRAFTS_EACH = 200;

/** Saving drafts and posts, and what readers notice of it. */
export function drafts(bench: Bench): Work[] {
  const blog = lazy(() => openWrittenBlog(bench));
  const home = async () => p99AtFixedRate(`${(await blog()).url}/`);
  const idle: Limit = { name: 'idle', measure: home };
  return [
    {
      name: 'a post of 10 KB, saved as Markdown instead of text: more',
      unit: 'ms',
      measure: async () => {
        const { url, token } = await blog();
        const save = (format: string) => (n: number) =>
          write(url, token, { method: 'POST', path: '/api/posts', status: 201 }, { format, n });
        return (await medianMs(save('markdown'))) - (await medianMs(save('text')));
      },
      goal: { atMost: 5 },
    },
    {
      name: 'an autosave of 10 KB',
      unit: 'ms',
      measure: async () => {
        const { url, people } = await blog();
        return medianMs(await startDraft(url, people[0] as Person));
      },
      goal: { atMost: 2 },
    },
    {
      name: `p99 of GET / while ${WRITERS} drafts are saved each second`,
      unit: 'ms',
      limit: idle,
      measure: async () => {
        return during(await openAutosaves(await blog()), 1, home);
      },
      goal: { atMost: 2 },
    },
    {
      name: 'p99 of GET / while hostile Markdown of 100 KB is saved over and over',
      unit: 'ms',
      limit: idle,
      measure: async () => {
        const { url, token } = await blog();
        let n = 0;
        const to = { method: 'POST', path: '/api/posts', status: 201 };
        const save = () => write(url, token, to, { format: 'markdown', n: n++, content: HOSTILE });
        return during(save, 1, home);
      },
      goal: { atMost: 3 },
    },
    ownDrafts(bench),
  ];
}

/** How long the list of one person's drafts takes, depending on those of others. */
function ownDrafts(bench: Bench): Work {
  const withDrafts = (count: number) =>
    lazy(async () => {
      const place = await bench.newPlace();
      const { url } = await bench.startMasthead(place);
      const client = createClient(url);
      const other = await client.person();
      const { id } = await newDraft(url, other.token, 0);
      await runSql(place, ...copiesOf(id, count));
      const { token } = await client.person();
      for (let n = 0; n < 20; n++) await newDraft(url, token, n);
      const sent = { method: 'GET', headers: { authorization: `Bearer ${token}` }, status: 200 };
      return () => send(`${url}/api/drafts`, sent, Buffer.alloc(0));
    });
  const [few, many] = [withDrafts(FEW), withDrafts(MANY)];
  return {
    name: `one's own drafts among ${MANY.toLocaleString('en')} of others`,
    unit: 'ms',
    limit: { name: `among ${FEW}`, measure: async () => medianMs(await few()) },
    measure: async () => medianMs(await many()),
    goal: { atMost: 1.5 },
  };
}

/** `count` copies of a draft, by as many people as it takes with DRAFTS_EACH. */
function copiesOf(id: number, count: number): string[] {
  const numbers = (end: number) =>
    `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${end})`;
  return [
    `${numbers(Math.ceil(count / DRAFTS_EACH))}
     insert into users (username, username_key, email, email_key, password_hash, created_at)
     select 'other' || i, 'other' || i, i || '@example.com', i || '@example.com', '', i from n`,
    `${numbers(Math.min(DRAFTS_EACH, count))}
     insert into drafts (user_id, title, content, format, created_at, updated_at)
     select users.id, title, content, format, drafts.created_at, drafts.updated_at
     from drafts cross join users cross join n where drafts.id = ${id} and username like 'other%'`,
  ];
}

/** The median time of one call after the other; milliseconds. */
async function medianMs(work: (n: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < TIMES; n++) {
    const begun = performance.now();
    await work(n);
    times.push(performance.now() - begun);
  }
  return median(times);
}
