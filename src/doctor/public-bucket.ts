import type { Config } from '../config.ts';
import { isPublicInBucket } from '../media/open.ts';
import { ok, problem, reasonOf, warning, type Finding } from './finding.ts';

/**
 * Whether anyone can read pictures from the bucket directly, although only the blog knows which are
 * for members. Reports nothing without a bucket, or with MEDIA_BASE_URL, which may need a public
 * bucket.
 */
export async function checkPublicBucket(config: Config, key: string): Promise<Finding[]> {
  const { S3_BUCKET_NAME: bucket, MEDIA_BASE_URL: base } = config;
  if (bucket === undefined || base !== undefined) return [];
  try {
    if (!(await isPublicInBucket(config, key))) {
      return [ok(`Only the blog reads pictures in the bucket ${bucket}`)];
    }
  } catch (error) {
    return [
      warning(
        `Whether anyone can read the bucket ${bucket} could not be tried: ${reasonOf(error)}`,
      ),
    ];
  }
  const advice = 'block public access to it; the blog sends the pictures to those who may see them';
  return [
    problem(
      `Anyone can read the bucket ${bucket} without the blog, pictures for members as well: ${advice}`,
    ),
  ];
}
