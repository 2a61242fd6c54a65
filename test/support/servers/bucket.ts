import { createHash, randomBytes } from 'node:crypto';
import type { after } from 'node:test';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  paginateListObjectsV2,
  PutBucketAclCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { openS3Store, type S3Timeouts, type S3Settings } from '../../../src/media/s3.ts';
import type { MediaStore } from '../../../src/media/media-store.ts';
import { s3Server } from './s3-server.ts';

/** Everything needed to use a bucket. */
export type Bucket = Required<S3Settings> & {
  credentials: NonNullable<S3Settings['credentials']>;
  endpoint: string;
};

/**
 * A new empty bucket on this run's S3 server, removed with its content when the test, or the file,
 * has ended.
 */
export async function newBucket(t: { after: typeof after }): Promise<Bucket> {
  const bucket = await makeBucket(randomBytes(8).toString('hex'));
  t.after(() => removeBucket(bucket));
  return bucket;
}

/** The bucket that belongs to a data folder, in any process; created with the first call. */
export function bucketOf(folder: string): Promise<Bucket> {
  return makeBucket(createHash('sha256').update(folder).digest('hex').slice(0, 24));
}

async function makeBucket(name: string): Promise<Bucket> {
  const { endpoint, region, ...credentials } = await s3Server();
  const settings = { bucket: `masthead-${name}`, endpoint, region, credentials };
  using client = connect(settings);
  const made = client.send(new CreateBucketCommand({ Bucket: settings.bucket }));
  await made.catch((error: Error) => {
    if (error.name !== 'BucketAlreadyOwnedByYou') throw error;
  });
  return settings;
}

/** Removes the bucket and its content. */
export async function removeBucket(settings: Bucket): Promise<void> {
  using client = connect(settings);
  const Bucket = settings.bucket;
  for await (const { Contents: objects = [] } of paginateListObjectsV2({ client }, { Bucket })) {
    for (const { Key } of objects) await client.send(new DeleteObjectCommand({ Bucket, Key }));
  }
  await client.send(new DeleteBucketCommand({ Bucket }));
}

/** Lets anyone read the objects of a bucket, without a signature. */
export async function allowAnyone(settings: Bucket): Promise<void> {
  using client = connect(settings);
  await client.send(new PutBucketAclCommand({ Bucket: settings.bucket, ACL: 'public-read' }));
}

function connect({ endpoint, region, credentials }: Bucket): S3Client & Disposable {
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  return Object.assign(client, { [Symbol.dispose]: () => client.destroy() });
}

/** The environment variables with which Masthead uses a bucket. */
export function s3Variables(settings: Bucket): Record<string, string> {
  return {
    S3_BUCKET_NAME: settings.bucket,
    S3_REGION: settings.region,
    S3_ENDPOINT_URL: settings.endpoint,
    S3_ACCESS_KEY_ID: settings.credentials.accessKeyId,
    S3_SECRET_ACCESS_KEY: settings.credentials.secretAccessKey,
  };
}

/** The store of a bucket, closed when the test has ended; its start's warnings are in `warnings`. */
export async function openBucket(
  t: { after: typeof after },
  settings: S3Settings,
  options: { timeouts?: S3Timeouts; warnings?: unknown[] } = {},
): Promise<MediaStore> {
  const { timeouts, warnings = [] } = options;
  const warn = (cause: unknown) => void warnings.push(cause);
  const store = await openS3Store(settings, { ...(timeouts && { timeouts }), warn });
  t.after(() => store.close());
  return store;
}
