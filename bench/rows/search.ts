import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../group.ts';
import { lazy } from '../lazy.ts';
import { createClient } from '../../test/support/client.ts';
import { processorTime } from '../../test/support/processes/process-time.ts';
import { median } from '../statistics.ts';
import { p99AtFixedRate } from '../load/steady.ts';
import { during } from '../load/at-once.ts';
import { fillWithWords } from '../many-words.ts';
import type { Work } from '../work.ts';

const [FEW, MANY] = [1_000, 1_000_000];
const TIMES = 50;
/** Milliseconds of processor for any search on SQLite; PostgreSQL has a time limit instead. */
const GOAL = { atMost: 50 };

/** Beside the newest posts, it shows how many there are, up to a thousand. */
const PAGE = '/search?';

const EIGHT_WORDS = 'a2b0 a2b1 a3b0 a3b1 a4b0 a4b1 a5b0 a5b1';

/**
 * What is searched for. The n-th word of a post is one of n²: the first few are in most posts, the
 * last in one of ten thousand.
 */
const QUERIES: Record<string, string> = {
  'the newest 20 of a word in every post': 'a1b0',
  'a word in one of 10,000': 'a99b7',
  'eight words that are never together': EIGHT_WORDS,
  'a phrase of four words, one of them in 10,000 posts, that is nowhere': '"a2b1 a10b0 a3b1 a2b0"',
  'a beginning of three letters, in every post': 'a2b*',
  'the posts of one person with a word': 'by:person7 a3b1',
  'the posts of one person': 'by:person7',
  'the posts with one of 50 tags': 'tag:tag7',
  'the posts with one of 50 tags, without another and a word': 'tag:tag7 -tag:tag8 -a2b0',
  'a word in every post and a rarer one, without a third': 'a1b0 a10b1 -a2b0',
};
/** Very many posts are read to find none, which may be refused. */
const COSTLY: Record<string, string> = {
  'a phrase of four common words that is nowhere': '"a2b1 a1b0 a3b1 a2b0"',
  'a word in every post, without itself': 'a1b0 -a1b0',
  'a common word in titles, where it is not': 'in:title a2b0',
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
  const urlOf = async (posts: number) => (await blogs.get(posts)?.())?.url ?? '';
  const find = async (posts: number, q: string, path = '/api/search?') => {
    const address = `${await urlOf(posts)}${path}&q=${encodeURIComponent(q)}`;
    return async () => {
      const answer = await fetch(address);
      await answer.arrayBuffer();
      return answer.status;
    };
  };
  const ofMany = `of ${MANY.toLocaleString('en')} posts`;
  const ofFew = `of ${FEW.toLocaleString('en')}`;
  const all = Object.entries({ ...QUERIES, ...COSTLY });
  const time = (what: string, q: string, path?: string): Work => ({
    name: `search: ${what}, ${ofMany}`,
    unit: 'ms',
    limit: { name: ofFew, measure: async () => medianMs(await find(FEW, q, path)) },
    measure: async () => medianMs(await find(MANY, q, path)),
  });
  const [newest, ...times] = all.map(([what, q]) => time(what, q));
  const page = time('the page of a word in every post', 'a1b0', PAGE);
  const processor = async (one: () => Promise<unknown>) => {
    const { pid } = (await blogs.get(MANY)?.()) ?? { pid: 0 };
    return processorMs(pid, one);
  };
  const spent = all.map(([what, q]): Work => ({
    name: `search: processor for ${what}, ${ofMany}`,
    unit: 'ms',
    measure: async () => processor(await find(MANY, q, PAGE)),
    goal: GOAL,
  }));
  const ranked: Work = {
    name: `search: processor for the best of a hundred with two words, ${ofMany}`,
    unit: 'ms',
    measure: async () => processor(await find(MANY, 'a1b0 a99b7', `${PAGE}sort=best`)),
    goal: GOAL,
  };
  const refused: Work = {
    name: `search: of these ${all.length} searches, refused${bench.postgres ? ' after a second' : ''}, ${ofMany}`,
    unit: 'times',
    rounds: 1,
    measure: async () => {
      const statuses: number[] = [];
      for (const [, q] of all) statuses.push(await (await find(MANY, q))());
      return statuses.filter((status) => status === 422).length;
    },
  };
  const home = async () => p99AtFixedRate(`${await urlOf(MANY)}/`);
  const beside = (
    what: string,
    paced: (one: () => Promise<unknown>) => () => Promise<unknown>,
    atOnce: number,
  ): Work => ({
    name: `search: p99 of GET / while ${what}`,
    unit: 'ms',
    limit: { name: 'idle', measure: home },
    measure: async () => during(paced(await find(MANY, EIGHT_WORDS)), atOnce, home),
    ...(!bench.postgres && { goal: { atMost: 2 } }),
  });
  return [
    ...[newest, page].flatMap((work) => (work ? [{ ...work, goal: { atMost: 1.5 } }] : [])),
    ...times,
    // PostgreSQL searches in processes of its own.
    ...(bench.postgres ? [] : [...spent, ranked]),
    refused,
    writing(async () => urlOf(MANY)),
    beside('two search for eight words without end', (one) => one, 2),
    // Limits let each of them search 60 times a minute.
    beside(
      'ten search for eight words as often as they may',
      (one) => () => Promise.all([one(), sleep(100)]),
      1,
    ),
  ];
}

/**
 * The cost of indexing a post's words when it is written, compared with a post of signs, which has
 * no words.
 */
function writing(urlOf: () => Promise<string>): Work {
  const words = Array.from({ length: 100 }, (_, n) => `word${n * 37}`).join(' ');
  const signs = words.replaceAll(/\w/g, '-');
  const writer = lazy(async () => {
    const client = createClient(await urlOf());
    // The people of the blog are called person1 and so on.
    return { client, token: (await client.person('writer')).token };
  });
  return {
    name: 'search: writing a post of a hundred words instead of signs: more',
    unit: 'ms',
    measure: async () => {
      const { client, token } = await writer();
      const [withWords, without]: [number[], number[]] = [[], []];
      // Alternating, so that other work of the machine affects both.
      for (let n = 0; n < 2 * TIMES; n++) {
        const [content, times] = n % 2 === 0 ? [words, withWords] : [signs, without];
        times.push(await timeOf(() => client.post(token, 'A post', content)));
      }
      return median(withWords) - median(without);
    },
    goal: { atMost: 0.6 },
  };
}

/** Milliseconds of a server's processor time for one call, which is measured in hundredths of a second. */
async function processorMs(pid: number, work: () => Promise<unknown>): Promise<number> {
  await work();
  const before = processorTime(pid);
  for (let n = 0; n < TIMES; n++) await work();
  return (processorTime(pid) - before) / TIMES;
}

/** The median time of one call after the other; milliseconds. */
async function medianMs(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < TIMES; n++) times.push(await timeOf(work));
  return median(times);
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
