import sharp from 'sharp';
import { POST_VARIANTS } from '../../src/media/picture-variants.ts';
import { PICTURES_MAX } from '../../src/text/markdown/pictures.ts';
import { createClient, type Person } from '../../test/support/client.ts';
import { fileBody, MULTIPART } from '../../test/support/multipart.ts';
import { bigPhoto, photo } from '../../test/support/pictures.ts';
import type { Bench } from '../group.ts';
import { lazy } from '../lazy.ts';
import { postPictureMaker } from '../limits/post-pictures.ts';
import { during, perSecond } from '../load/at-once.ts';
import { send } from '../load/send.ts';
import { p99AtFixedRate } from '../load/steady.ts';
import { requestsPerSecond } from '../load/wrk.ts';
import { openWrittenBlog } from '../written-blog.ts';
import type { Work } from '../work.ts';

const SECONDS = 4;

/** Whole uploads of pictures for posts until their answers: decoded, made into four files, stored, flushed. */
export function postPictures(bench: Bench): Work[] {
  const blog = lazy(() => openWrittenBlog(bench));
  const big = lazy(bigPhoto);
  const illustrated = lazy(async () => {
    const { url, people } = await blog();
    return illustrate(url, people[0] as Person, await photo({ width: 800, height: 600 }));
  });
  const readers = async () => p99AtFixedRate(`${(await blog()).url}/api/posts/1`);
  const page = async (path: string) =>
    requestsPerSecond((await blog()).url + path, { connections: 8, seconds: 2, uncached: true });
  const uploads = [1, 4, 16].map((atOnce): Work => ({
    name: `pictures of 12 megapixels for posts, ${atOnce} at once`,
    unit: '/s',
    limit: {
      name: 'sharp alone',
      measure: async () =>
        perSecond(await postPictureMaker(await big()), { atOnce, seconds: SECONDS }),
    },
    measure: async () => {
      const { url, people } = await blog();
      const add = additionsOf(url, people, await big());
      await refuseOtherShapes(await big(), await add());
      return perSecond(add, { atOnce, seconds: SECONDS });
    },
    goal: { atLeast: 0.7 },
  }));
  return [
    ...uploads,
    {
      name: 'p99 of GET /api/posts/1 during 4 uploads for posts',
      unit: 'ms',
      limit: { name: 'idle', measure: readers },
      measure: async () => {
        const { url, people } = await blog();
        return during(additionsOf(url, people, await big()), 4, readers);
      },
      goal: { atMost: 4 },
    },
    {
      name: `the page of a post with ${PICTURES_MAX} pictures, uncached`,
      unit: '/s',
      limit: { name: 'a post without any', measure: async () => page((await illustrated())(0)) },
      measure: async () => page((await illustrated())(PICTURES_MAX)),
      // Within one and a half times.
      goal: { atLeast: 0.67 },
    },
  ];
}

/** Adds a post with as many pictures as a post may show and one with none, of otherwise the same text; returns their paths. */
async function illustrate(url: string, person: Person, picture: Buffer) {
  const { token } = person;
  const client = createClient(url);
  const added = await additionsOf(url, [person], picture)();
  const words = 'Words between the pictures.';
  const paths = new Map<number, string>();
  for (const count of [0, PICTURES_MAX]) {
    const shown = count === 0 ? '' : `\n\n![A view](/pictures/${added.id} "Seen from the bridge")`;
    const content = `${words}${shown}\n\n`.repeat(PICTURES_MAX);
    const json = { title: `${count} pictures`, content, format: 'markdown' };
    const { body } = await client.api<{ id: number }>('POST', '/api/posts', { token, json });
    paths.set(count, `/posts/${body.id}`);
  }
  return (count: number) => paths.get(count) ?? '';
}

interface Added {
  id: number;
  /** Paths of its files, by their size. */
  urls: Record<string, string>;
  width: number;
  height: number;
}

/** Returns a function that sends a picture, each time as the next of these people. */
export function additionsOf(url: string, people: Person[], picture: Buffer): () => Promise<Added> {
  const body = fileBody(picture);
  let count = 0;
  return async () => {
    const { token } = people[count++ % people.length] as Person;
    const headers = { ...MULTIPART, authorization: `Bearer ${token}` };
    const sent = { method: 'POST', headers, status: 201 };
    return JSON.parse(await send(`${url}/api/pictures`, sent, body)) as Added;
  };
}

/** sharp is a limit only if it makes the same files. */
async function refuseOtherShapes(picture: Buffer, added: Added): Promise<void> {
  const files = await (await postPictureMaker(picture))();
  const [largest] = await Promise.all(files.map((file) => sharp(file).metadata()));
  const same = largest?.width === added.width && largest.height === added.height;
  if (!same || files.length !== POST_VARIANTS.length) {
    throw new Error('sharp alone does not make the same files as Masthead');
  }
}
