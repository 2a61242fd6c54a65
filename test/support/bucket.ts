import { randomBytes } from 'node:crypto';
import type { after } from 'node:test';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { openS3Store, type Patience, type S3Settings } from '../../src/media/s3.ts';
import type { MediaStore } from '../../src/media/media-store.ts';
import { s3Server } from './s3-server.ts';

/** A new empty bucket on the S3 server of this run, removed with all in it when the test, or the file, has ended. */
export async function newBucket(t: { after: typeof after }): Promise<Required<S3Settings>> {
  const { endpoint, region, ...credentials } = await s3Server();
  // Swift's front answers before all of its parts do: on a busy machine 503 for some seconds.
  const patience = { maxAttempts: 12 };
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true, ...patience });
  const bucket = `masthead-${randomBytes(8).toString('hex')}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  t.after(async () => {
    await removeBucket(client, bucket);
    client.destroy();
  });
  return { bucket, endpoint, region, credentials };
}

async function removeBucket(client: S3Client, Bucket: string): Promise<void> {
  for await (const { Contents: objects = [] } of paginateListObjectsV2({ client }, { Bucket })) {
    for (const { Key } of objects) await client.send(new DeleteObjectCommand({ Bucket, Key }));
  }
  await client.send(new DeleteBucketCommand({ Bucket }));
}

/** The environment variables with which Masthead uses a bucket. */
export function s3Variables(settings: S3Settings): Record<string, string> {
  return {
    S3_BUCKET_NAME: settings.bucket,
    S3_REGION: settings.region,
    ...(settings.endpoint !== undefined && { S3_ENDPOINT_URL: settings.endpoint }),
    ...(settings.credentials && {
      S3_ACCESS_KEY_ID: settings.credentials.accessKeyId,
      S3_SECRET_ACCESS_KEY: settings.credentials.secretAccessKey,
    }),
  };
}

/** The store of a bucket, closed when the test has ended; what it warns of at its start is in `warnings`. */
export async function openBucket(
  t: { after: typeof after },
  settings: S3Settings,
  options: { patience?: Patience; warnings?: unknown[] } = {},
): Promise<MediaStore> {
  const { patience, warnings = [] } = options;
  const warn = (cause: unknown) => void warnings.push(cause);
  const store = await openS3Store(settings, { ...(patience && { patience }), warn });
  t.after(() => store.close());
  return store;
}
