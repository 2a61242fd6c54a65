import type { Bench } from '../group.ts';
import { lazy } from '../lazy.ts';
import { requestsPerSecond } from '../load/wrk.ts';
import type { Program } from '../program.ts';
import { newPlaceWithPosts } from '../many-posts.ts';
import type { Work } from '../work.ts';

const FEW = 1_000;
const MANY = [10_000, 100_000, 1_000_000];
const MOST = 1_000_000;
/** So few that one of two cores is enough for the client, and the server's own time is measured. */
const CONNECTIONS = 8;

/** The address of a page, depending on the number of posts. */
type Path = (posts: number, url: string) => string | Promise<string>;

const PAGES: Record<string, Path> = {
  'first page': () => '/api/posts?limit=10',
  'last page by cursor': lastPageByCursor,
  'page of one user': () => '/api/users/1/posts?limit=10',
  'page of one tag': () => '/api/posts?tag=soup&limit=10',
  'total, with one post': () => '/api/posts?limit=1',
  'home page': () => '/',
  archive: () => '/archive',
  'archive of one person': () => '/users/1/archive',
  'archive of one tag': () => '/tags/Soup/archive',
  'posts of one person': () => '/users/1/posts',
};

/** How long a page takes as the blog grows, in milliseconds of an otherwise idle server. */
export function growth(bench: Bench): Work[] {
  const blogs = new Map(
    [FEW, ...MANY].map((posts) => [
      posts,
      lazy(async () => bench.startMasthead(await newPlaceWithPosts(bench, posts))),
    ]),
  );
  const blogOf = (posts: number): Promise<Program> => {
    const blog = blogs.get(posts);
    if (!blog) throw new RangeError(`no blog has ${posts} posts`);
    return blog();
  };
  const measure = async (path: Path, posts: number, uncached: boolean) => {
    const { url } = await blogOf(posts);
    const address = url + (await path(posts, url));
    return (
      1000 / (await requestsPerSecond(address, { connections: CONNECTIONS, seconds: 1, uncached }))
    );
  };
  const works = Object.entries(PAGES).flatMap(([page, path]) =>
    [true, false].flatMap((uncached) =>
      (uncached ? MANY : [MOST]).map((posts): Work => {
        const name = `${page}, ${uncached ? 'uncached' : 'cached'}`;
        return {
          name: `${name}, of ${posts.toLocaleString('en')} posts`,
          unit: 'ms',
          limit: {
            name: `of ${FEW.toLocaleString('en')}`,
            measure: () => measure(path, FEW, uncached),
          },
          measure: () => measure(path, posts, uncached),
          // The sizes in between only show the shape of the curve.
          ...(posts < MOST && { rounds: 1 }),
          goal: { atMost: 1.5 },
        };
      }),
    ),
  );
  return [
    ...works,
    {
      name: `skip=${MOST - 10} of a million, uncached`,
      unit: 'ms',
      limit: { name: 'by cursor', measure: () => measure(lastPageByCursor, MOST, true) },
      measure: () => measure(() => `/api/posts?limit=10&skip=${MOST - 10}`, MOST, true),
    },
  ];
}

/** Follows the "next" link of the page before the last one. */
async function lastPageByCursor(posts: number, url: string): Promise<string> {
  const answer = await fetch(`${url}/api/posts?limit=10&skip=${posts - 20}`);
  await answer.arrayBuffer();
  const [, path] = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '') ?? [];
  if (path === undefined) throw new Error('a page has no link to the next one');
  return path;
}
