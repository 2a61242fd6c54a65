import type { Bench } from '../group.ts';
import { lazy } from '../lazy.ts';
import { entityTag, requestsPerSecond } from '../load/wrk.ts';
import { openWrittenBlog } from '../written-blog.ts';
import type { Limit, Work } from '../work.ts';

const LIST = '/api/posts?limit=10';
const POST = '/api/posts/1';
const HOME = '/';
const FEED = '/feed.atom';
/** Sent as every browser does. The API compresses nothing. */
const PACKED = { 'accept-encoding': 'gzip, deflate, br, zstd' };

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
  const get = async (path: string, headers: Record<string, string> = {}) =>
    requestsPerSecond((await blog()).url + path, { headers });

  const packing = (path: string) => (path === HOME ? PACKED : {});
  const named = (path: string) => (path === HOME ? `${path}, compressed` : path);

  return [
    ...[LIST, POST, HOME].map((path) => work(named(path), 0.7, () => get(path, packing(path)))),
    ...[LIST, POST, HOME].map((path) =>
      work(`${named(path)}, If-None-Match`, 0.8, async () => {
        const { url } = await blog();
        const headers = { ...packing(path), 'if-none-match': await entityTag(url + path) };
        return requestsPerSecond(url + path, { headers, status: 304 });
      }),
    ),
    ...[LIST, POST].map((path) =>
      work(`${path}, by bearer`, 0.3, async () =>
        get(path, { authorization: `Bearer ${(await blog()).token}` }),
      ),
    ),
    work(`${named(HOME)}, by cookie`, 0.3, async () =>
      get(HOME, { ...PACKED, cookie: (await blog()).cookie }),
    ),
    work(`${FEED}, compressed`, 0.6, () => get(FEED, PACKED)),
    {
      name: 'a feed of 20 posts, rebuilt',
      unit: 'ms',
      measure: async () => {
        const { url } = await blog();
        const rebuilt = { connections: 8, seconds: 2, uncached: true };
        return 1000 / (await requestsPerSecond(url + FEED, rebuilt));
      },
      goal: { atMost: 2 },
    },
    work('a picture of 64 px', 0.7, async () => get((await blog()).smallPicture)),
  ];
}
