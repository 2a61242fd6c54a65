import { setTimeout as sleep } from 'node:timers/promises';
import { openAutosaves } from '../autosaves.ts';
import type { Bench } from '../group.ts';
import { lazy } from '../lazy.ts';
import { during } from '../load/at-once.ts';
import { entityTag, requestsPerSecond } from '../load/wrk.ts';
import { openWrittenBlog, type WrittenBlog } from '../written-blog.ts';
import type { Limit, Work } from '../work.ts';

const FEED = '/feed.atom';
/** Sent as every browser does. The API compresses nothing. */
const PACKED = { 'accept-encoding': 'gzip, deflate, br, zstd' };

interface Page {
  path: string | ((blog: WrittenBlog) => string);
  /** Of what Fastify's hello does. */
  atLeast: number;
  headers?: Record<string, string>;
}

/** What anybody reads, from the cache. */
const PAGES: Record<string, Page> = {
  '/api/posts?limit=10': { path: '/api/posts?limit=10', atLeast: 0.65 },
  '/api/posts/1': { path: '/api/posts/1', atLeast: 0.7 },
  '/, compressed': { path: '/', atLeast: 0.65, headers: PACKED },
  [`${FEED}, compressed`]: { path: FEED, atLeast: 0.65, headers: PACKED },
  'the page of a tag, compressed': { path: '/tags/soup', atLeast: 0.65, headers: PACKED },
  'a picture of 64 px': { path: ({ smallPicture }) => smallPicture, atLeast: 0.65 },
};
/** The API by a bearer token, a page by a cookie. */
const SIGNED_IN = ['/api/posts?limit=10', '/api/posts/1', '/, compressed'];

/** Reads with 32 connections. */
export function reads(bench: Bench): Work[] {
  const blog = lazy(() => openWrittenBlog(bench));
  const fastify = lazy(() => bench.startLimit('fastify.ts'));
  const hello: Limit = {
    name: 'Fastify says hello',
    measure: async () => requestsPerSecond((await fastify()).url),
  };
  const work = (name: string, atLeast: number, measure: Work['measure']): Work => ({
    name: `GET ${name}`,
    unit: '/s',
    limit: hello,
    measure,
    goal: { atLeast },
  });
  const urlOf = async ({ path }: Page) => {
    const opened = await blog();
    return opened.url + (typeof path === 'string' ? path : path(opened));
  };
  const get = async (page: Page, headers: Record<string, string> = {}) =>
    requestsPerSecond(await urlOf(page), { headers: { ...page.headers, ...headers } });

  const all = Object.entries(PAGES);
  return [
    ...all.map(([name, page]) => work(name, page.atLeast, () => get(page))),
    ...all.map(([name, page]) =>
      work(`${name}, beside /health and 20 who save drafts`, page.atLeast, async () =>
        besideOthers(await blog(), () => get(page)),
      ),
    ),
    ...all.slice(0, 3).map(([name, page]) =>
      work(`${name}, If-None-Match`, page.atLeast, async () => {
        const url = await urlOf(page);
        const headers = { ...page.headers, 'if-none-match': await entityTag(url) };
        return requestsPerSecond(url, { headers, status: 304 });
      }),
    ),
    ...all
      .filter(([name]) => SIGNED_IN.includes(name))
      .map(([name, page]) => {
        const by = page.headers ? 'cookie' : 'bearer';
        return work(`${name}, by ${by}`, 0.4, async () => {
          const { cookie, token } = await blog();
          return get(page, page.headers ? { cookie } : { authorization: `Bearer ${token}` });
        });
      }),
    {
      name: 'a feed of 20 posts, rebuilt',
      unit: 'ms',
      measure: async () => {
        const rebuilt = { connections: 8, seconds: 2, uncached: true };
        return 1000 / (await requestsPerSecond((await blog()).url + FEED, rebuilt));
      },
      goal: { atMost: 2 },
    },
  ];
}

/** What `measure` returns while `/health` is asked each second and twenty people save a draft each second. */
async function besideOthers(blog: WrittenBlog, measure: () => Promise<number>): Promise<number> {
  const saveOne = await openAutosaves(blog);
  const poll = async () => {
    const [answer] = await Promise.all([fetch(`${blog.url}/health`), sleep(1000)]);
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`/health is ${answer.status}`);
  };
  return during(saveOne, 1, () => during(poll, 1, measure));
}
