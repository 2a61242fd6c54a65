import { createClient } from '../../test/support/client.ts';
import { photo } from '../../test/support/pictures.ts';
import type { Bench } from '../group.ts';
import { lazy } from '../lazy.ts';
import { requestsPerSecond } from '../load/wrk.ts';
import type { Work } from '../work.ts';
import { openWrittenBlog } from '../written-blog.ts';
import { additionsOf } from './post-pictures.ts';

/** What it costs that some posts are for members only. */
export function members(bench: Bench): Work[] {
  const open = lazy(() => openWrittenBlog(bench));
  const mixed = lazy(() => openMixedBlog(bench));
  const fastify = lazy(() => bench.startLimit('fastify.ts'));
  const first = async (blog: () => Promise<{ url: string }>) => {
    const options = { connections: 8, seconds: 2, uncached: true };
    return 1000 / (await requestsPerSecond(`${(await blog()).url}/api/posts?limit=10`, options));
  };
  return [
    {
      name: 'first page of a blog with as many posts for members, uncached',
      unit: 'ms',
      limit: { name: 'without them', measure: () => first(open) },
      measure: () => first(mixed),
      goal: { atMost: 1.1 },
    },
    {
      name: 'a picture of a post for members, by cookie',
      unit: '/s',
      limit: {
        name: 'Fastify says hello',
        measure: async () => requestsPerSecond((await fastify()).url),
      },
      measure: async () => {
        const { url, picture, cookie } = await mixed();
        return requestsPerSecond(url + picture, { headers: { cookie } });
      },
      goal: { atLeast: 0.5 },
    },
  ];
}

/** A written blog with as many posts for members, and the path of a picture that only they may see. */
async function openMixedBlog(bench: Bench) {
  const blog = await openWrittenBlog(bench);
  const { url, people } = blog;
  const client = createClient(url);
  const json = {
    title: 'For members',
    content: 'A line of text.\n'.repeat(40),
    audience: 'members',
  };
  for (let n = 0; n < 39; n++) {
    const { token } = people[n % people.length] ?? blog;
    await client.api('POST', '/api/posts', { token, json });
  }
  const { id, urls } = await additionsOf(url, people, await photo())();
  const shown = { ...json, content: `![A view](/pictures/${id})`, format: 'markdown' };
  await client.api('POST', '/api/posts', { token: blog.token, json: shown });
  return { ...blog, picture: urls['480'] ?? '' };
}
