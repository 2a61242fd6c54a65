import { join } from 'node:path';
import { openDiskStore } from '../../../src/media/disk.ts';
import type { MediaStore } from '../../../src/media/media-store.ts';

/** Only where they are needed: all tests load this file, and few the SDK. */
const bucketTools = () => import('../servers/bucket.ts');

/** Whether the tests of this process keep pictures in a bucket; see scripts/set-ups.ts. */
export const ON_S3 = process.env['TEST_MEDIA'] === 'S3';

/**
 * The environment variables for the media of servers whose data is in `folder`: none if its
 * pictures are there too; otherwise those of a bucket for this folder, created with the first call.
 */
export async function mediaVariables(folder: string): Promise<Record<string, string>> {
  if (!ON_S3) return {};
  const { bucketOf, s3Variables } = await bucketTools();
  return s3Variables(await bucketOf(folder));
}

/** The media store of the data in `folder`. */
export async function openMedia(folder: string): Promise<MediaStore> {
  if (!ON_S3) return openDiskStore(join(folder, 'media'));
  const { openS3Store } = await import('../../../src/media/s3.ts');
  return openS3Store(await (await bucketTools()).bucketOf(folder), {
    warn: (cause) => {
      throw cause;
    },
  });
}

/** Removes what mediaVariables or openMedia has created outside the folder. */
export async function dropMediaOf(folder: string): Promise<void> {
  if (!ON_S3) return;
  const { bucketOf, removeBucket } = await bucketTools();
  await removeBucket(await bucketOf(folder));
}
