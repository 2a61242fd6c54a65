import { createClient } from '../../test/support/client.ts';
import type { Bench } from '../group.ts';
import { lazy } from '../lazy.ts';
import { requestsPerSecond } from '../load/wrk.ts';
import { newPlaceWithPosts } from '../many-posts.ts';
import type { Work } from '../work.ts';

const FEW = 1_000;
const MOST = 1_000_000;

/** A list, and what says that a member asks for it. */
const LISTS = {
  'first page': { path: '/api/posts?limit=10', by: 'authorization' },
  'page of one user': { path: '/api/users/1/posts?limit=10', by: 'authorization' },
  'home page': { path: '/', by: 'cookie' },
} as const;

/** How long a list takes a member as a blog grows that has posts for members, in milliseconds. */
export function memberGrowth(bench: Bench): Work[] {
  const blogs = new Map([FEW, MOST].map((posts) => [posts, lazy(() => openBlog(bench, posts))]));
  return Object.entries(LISTS).flatMap(([name, { path, by }]) =>
    [true, false].map((uncached): Work => {
      const measure = async (posts: number) => {
        const blog = await blogs.get(posts)?.();
        if (!blog) throw new RangeError(`no blog has ${posts} posts`);
        const headers = { [by]: blog[by] };
        const load = { connections: 8, seconds: 1, uncached, headers };
        return 1000 / (await requestsPerSecond(blog.url + path, load));
      };
      return {
        name: `${name} for a member, ${uncached ? 'uncached' : 'cached'}, of ${MOST.toLocaleString('en')} posts`,
        unit: 'ms',
        limit: { name: `of ${FEW.toLocaleString('en')}`, measure: () => measure(FEW) },
        measure: () => measure(MOST),
        goal: { atMost: 1.5 },
      };
    }),
  );
}

/** A blog with so many posts, and somebody who reads there. */
async function openBlog(bench: Bench, posts: number) {
  const place = await newPlaceWithPosts(bench, posts, { mixed: true });
  const { url } = await bench.startMasthead(place);
  const client = createClient(url);
  const person = await client.person('Reader');
  const form = { username: person.email, password: person.password };
  const { headers } = await client.api('POST', '/login', { form });
  const cookie = headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
  return { url, cookie, authorization: `Bearer ${person.token}` };
}
