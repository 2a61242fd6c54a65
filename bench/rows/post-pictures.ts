import sharp from 'sharp';
import { POST_VARIANTS } from '../../src/media/picture-variants.ts';
import type { Person } from '../../test/support/client.ts';
import { fileBody, MULTIPART } from '../../test/support/multipart.ts';
import { bigPhoto } from '../../test/support/pictures.ts';
import type { Bench } from '../group.ts';
import { lazy } from '../lazy.ts';
import { postPictureMaker } from '../limits/post-pictures.ts';
import { perSecond } from '../load/at-once.ts';
import { send } from '../load/send.ts';
import { openWrittenBlog } from '../written-blog.ts';
import type { Work } from '../work.ts';

const SECONDS = 4;

/** Whole uploads of pictures for posts until their answers: decoded, made into four files, stored, flushed. */
export function postPictures(bench: Bench): Work[] {
  const blog = lazy(() => openWrittenBlog(bench));
  const big = lazy(bigPhoto);
  return [1, 4, 16].map((atOnce): Work => ({
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
}

interface Added {
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
