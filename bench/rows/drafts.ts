import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type Person } from '../../test/support/client.ts';
import type { Bench } from '../group.ts';
import { lazy } from '../lazy.ts';
import { during } from '../load/at-once.ts';
import { send } from '../load/send.ts';
import { p99AtFixedRate } from '../load/steady.ts';
import { median } from '../statistics.ts';
import type { Limit, Work } from '../work.ts';
import { openWrittenBlog } from '../written-blog.ts';

/** 10 KB of what people write in Markdown. */
const MARKDOWN =
  '## A heading\n\nSome *text* with a [link](https://example.com) and `code`.\n\n- one\n- two\n\n'
    .repeat(120)
    .slice(0, 10_240);
/** 100 KB of the slowest kind of Markdown. */
const HOSTILE = '*_'.repeat(50_000);
const WRITERS = 20;
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
        const { url, people } = await blog();
        const saves: ((n: number) => Promise<unknown>)[] = [];
        for (let n = 0; n < WRITERS; n++) {
          saves.push(await startDraft(url, people[n % people.length] as Person));
        }
        let turn = 0;
        const saveOne = () => saves[turn % WRITERS]?.(turn++);
        return during(() => Promise.all([sleep(1000 / WRITERS), saveOne()]), 1, home);
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
      const { url } = await bench.startMasthead();
      const client = createClient(url);
      for (let made = 0; made < count; made += DRAFTS_EACH) {
        const { token } = await client.person();
        for (let n = 0; n < Math.min(DRAFTS_EACH, count); n++) await newDraft(url, token, n);
      }
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

async function newDraft(url: string, token: string, n: number): Promise<{ id: number }> {
  const to = { method: 'POST', path: '/api/drafts', status: 201 };
  return JSON.parse(await write(url, token, to, { n, format: 'markdown' })) as { id: number };
}

/** Begins a draft; returns what saves it, one time after the other. */
async function startDraft(url: string, { token }: Person): Promise<(n: number) => Promise<string>> {
  const { id } = await newDraft(url, token, -1);
  let version = 1;
  return (n) => {
    const to = { method: 'PUT', path: `/api/drafts/${id}`, status: 200, version: version++ };
    return write(url, token, to, { n, format: 'markdown' });
  };
}

function write(
  url: string,
  token: string,
  to: { method: string; path: string; status: number; version?: number },
  { n, format, content = MARKDOWN }: { n: number; format: string; content?: string },
): Promise<string> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    ...(to.version !== undefined && { 'if-match': `"${to.version}"` }),
  };
  const json = JSON.stringify({ title: `Text ${n}`, content: `${n}\n\n${content}`, format });
  return send(url + to.path, { ...to, headers }, Buffer.from(json));
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
