import type { Bench } from '../group.ts';
import { lazy } from '../lazy.ts';
import { send } from '../load/send.ts';
import { median } from '../statistics.ts';
import { p99AtFixedRate } from '../load/steady.ts';
import { during } from '../load/at-once.ts';
import { fillWithWords, TAGS } from '../many-words.ts';
import type { Work } from '../work.ts';

const [FEW, MANY] = [1_000, 100_000];
const TIMES = 50;

/**
 * What is searched for. The n-th word of a post is one of n²: the first few are in most posts, the
 * last in one of ten thousand.
 */
const QUERIES: Record<string, string> = {
  'the newest 20 of a word in every post': 'a1b0',
  'a word in one of 10,000': 'a99b7',
  'eight words that are never together': 'a2b0 a2b1 a3b0 a3b1 a4b0 a4b1 a5b0 a5b1',
  'a phrase of four words in half of the posts or fewer, that is nowhere': '"a2b1 a1b0 a3b1 a2b0"',
  'a beginning of three letters, in every post': 'a2b*',
  'the posts of one person with a word': 'by:person7 a3b1',
  'the posts of one person': 'by:person7',
  'the posts with one of 50 tags': 'tag:tag7',
  'the posts with a tag that all have, without another tag and a word': `tag:tag${TAGS + 1} -tag:tag7 -a2b0`,
  'a word in every post, without another': 'a1b0 -a2b0',
};

/** Searching, depending on the number of posts, and what readers notice of it. */
export function search(bench: Bench): Work[] {
  const blogs = new Map(
    [FEW, MANY].map((posts) => [
      posts,
      lazy(async () => {
        const place = await bench.newPlace();
        await fillWithWords(place, posts);
        return bench.startMasthead(place);
      }),
    ]),
  );
  const find = async (posts: number, q: string) => {
    const { url } = (await blogs.get(posts)?.()) ?? {};
    const address = `${url}/api/search?q=${encodeURIComponent(q)}`;
    return () => send(address, { method: 'GET', headers: {}, status: 200 }, Buffer.alloc(0));
  };
  const works = Object.entries(QUERIES).map(([what, q]): Work => ({
    name: `search: ${what}, of ${MANY.toLocaleString('en')} posts`,
    unit: 'ms',
    limit: {
      name: `of ${FEW.toLocaleString('en')}`,
      measure: async () => medianMs(await find(FEW, q)),
    },
    measure: async () => medianMs(await find(MANY, q)),
  }));
  const home = async () => p99AtFixedRate(`${(await blogs.get(MANY)?.())?.url}/`);
  return [
    ...works,
    {
      name: 'search: p99 of GET / while two search for the phrase without end',
      unit: 'ms',
      limit: { name: 'idle', measure: home },
      measure: async () => {
        const one = await find(MANY, Object.values(QUERIES)[3] ?? '');
        return during(one, 2, home);
      },
      goal: { atMost: 2 },
    },
  ];
}

/** The median time of one call after the other; milliseconds. */
async function medianMs(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < TIMES; n++) {
    const begun = performance.now();
    await work();
    times.push(performance.now() - begun);
  }
  return median(times);
}
