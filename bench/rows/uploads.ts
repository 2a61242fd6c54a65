import { bigPhoto, photo } from '../../test/support/pictures.ts';
import type { Bench } from '../group.ts';
import { lazy } from '../lazy.ts';
import { pictureMaker } from '../limits/pictures.ts';
import { perSecond } from '../load/at-once.ts';
import { servedFiles } from '../served-files.ts';
import { uploadsOf } from '../uploads-of.ts';
import { openWrittenBlog } from '../written-blog.ts';
import type { Work } from '../work.ts';

const SECONDS = 3;

/** Whole uploads until their answers: decoded, stored, flushed, and the previous files deleted. */
export function uploads(bench: Bench): Work[] {
  const blog = lazy(() => openWrittenBlog(bench));
  const big = lazy(bigPhoto);
  const small = lazy(() => photo({ width: 1632, height: 1224, noise: 40 }));

  const work = (
    what: string,
    picture: () => Promise<Buffer>,
    atOnce: number,
    goal?: { atLeast: number },
  ): Work => ({
    name: `uploads of ${what}, ${atOnce} at once`,
    unit: '/s',
    limit: {
      name: 'sharp alone',
      measure: async () =>
        perSecond(await pictureMaker(await picture()), { atOnce, seconds: SECONDS }),
    },
    measure: async () => {
      const { url, people } = await blog();
      const upload = uploadsOf(url, people, await picture());
      await refuseOtherFiles(url, await upload(), await picture());
      return perSecond(upload, { atOnce, seconds: SECONDS });
    },
    ...(goal && { goal }),
  });
  return [
    ...[1, 4, 16].map((atOnce) => work('12 megapixels', big, atOnce, { atLeast: 0.72 })),
    work('2 megapixels', small, 16),
  ];
}

/** sharp is a limit only if it makes the same files, byte for byte. */
async function refuseOtherFiles(url: string, path: string, picture: Buffer): Promise<void> {
  const served = await servedFiles(url, path);
  const made = await (await pictureMaker(picture))();
  if (!made.every((bytes, n) => bytes.equals(served[n] ?? Buffer.alloc(0)))) {
    throw new Error('sharp alone does not make the same files as Masthead');
  }
}
