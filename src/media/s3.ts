import { createHash, randomBytes } from 'node:crypto';
import { addAbortSignal, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Unavailable } from '../errors.ts';
import {
  FOREVER,
  KEY,
  LateWrite,
  type MediaStore,
  mediaType,
  refuseBadKey,
} from './media-store.ts';
import { startFailure } from './s3-start.ts';

/** A bucket and how to reach it, as in the variables `S3_*`. */
export interface S3Settings {
  bucket: string;
  region: string;
  /** Absent: the SDK looks for credentials itself. */
  credentials?: { accessKeyId: string; secretAccessKey: string } | undefined;
  /**
   * An S3 server other than Amazon's. The bucket then is in the path, because not all support it in
   * the host name.
   */
  endpoint?: string | undefined;
}

/** How long to wait for a store, in milliseconds, and how often to try. */
export interface S3Timeouts {
  connect: number;
  /** From the start of a request to the start of its answer, and between any two bytes. */
  answer: number;
  attempts: number;
}

/** After half a minute an upload fails with "Media unavailable"; a proxy in front waits longer. */
export const TIMEOUTS: S3Timeouts = { connect: 3_000, answer: 10_000, attempts: 3 };
/** Connections at a time. Further requests wait for one, and that counts towards the timeout `answer`. */
const CONNECTIONS = 64;
/** Folder for probes. Its names are not keys, so nothing takes a probe for a picture. */
const PROBES = 'tmp/';
/** `/health` waits for six seconds. */
const PROBE_MS = 5_000;

/**
 * A media store in a bucket, which must exist. Throws StartError if the store refuses: no such
 * bucket, wrong credentials, another region. A store that does not answer does not stop the start:
 * pages are served, check() reports it, and it may come back; `warn` gets the reason.
 */
export async function openS3Store(
  settings: S3Settings,
  { timeouts = TIMEOUTS, warn }: { timeouts?: S3Timeouts; warn: (cause: unknown) => void },
): Promise<MediaStore> {
  const { bucket: Bucket } = settings;
  const client = connect(settings, timeouts);
  // Also checks the right to list: without it, a missing object is reported as forbidden.
  await client.send(new ListObjectsV2Command({ Bucket, MaxKeys: 1 })).catch((cause: unknown) => {
    const failure = startFailure(cause, settings);
    if (failure) client.destroy();
    if (failure) throw failure;
    warn(cause);
  });

  async function put(Key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    const command = new PutObjectCommand({
      Bucket,
      Key,
      Body: bytes,
      ContentLength: bytes.length,
      ContentType: mediaType(Key),
      CacheControl: FOREVER,
      // All servers check this sum, even old ones, so damaged bytes are not stored.
      ContentMD5: createHash('md5').update(bytes).digest('base64'),
    });
    await client.send(command, signal && { abortSignal: signal }).catch((error: unknown) => {
      throw mayStillHappen(error) ? new LateWrite(error) : unavailable(error);
    });
  }

  async function remove(Key: string, signal?: AbortSignal): Promise<void> {
    const command = new DeleteObjectCommand({ Bucket, Key });
    await client.send(command, signal && { abortSignal: signal }).catch((error: unknown) => {
      if (!(error instanceof NoSuchKey)) throw unavailable(error);
    });
  }

  async function* everything(Prefix?: string) {
    try {
      const pages = paginateListObjectsV2({ client }, { Bucket, Prefix });
      for await (const { Contents: objects = [] } of pages) {
        for (const { Key: name = '', Size: size = 0, LastModified: modifiedAt } of objects) {
          if (modifiedAt) yield { name, size, modifiedAt };
        }
      }
    } catch (error) {
      throw unavailable(error);
    }
  }

  return {
    async write(key, bytes) {
      refuseBadKey(key);
      await put(key, bytes);
    },

    async read(key, signal) {
      refuseBadKey(key);
      try {
        const command = new GetObjectCommand({ Bucket, Key: key });
        const { Body: body } = await client.send(command, signal && { abortSignal: signal });
        if (!(body instanceof Readable)) throw new Error('an answer without a body');
        return await buffer(signal ? addAbortSignal(signal, body) : body);
      } catch (error) {
        if (error instanceof NoSuchKey) return null;
        throw unavailable(error);
      }
    },

    async delete(key) {
      refuseBadKey(key);
      await remove(key);
    },

    async *list() {
      for await (const { name, size, modifiedAt } of everything()) {
        if (KEY.test(name)) yield { key: name, size, modifiedAt };
      }
    },

    async check() {
      const signal = AbortSignal.timeout(PROBE_MS);
      const probe = `${PROBES}probe-${randomBytes(8).toString('hex')}`;
      await put(probe, Buffer.from('probe'), signal);
      await remove(probe, signal);
    },

    async *temporaries() {
      for await (const { name, modifiedAt } of everything(PROBES)) {
        yield { name, key: null, modifiedAt };
      }
    },

    deleteTemporary: (name) => remove(name),
    close: () => client.destroy(),
  };
}

/** A client of the settings' server; `more`: other options of the SDK. The caller destroys it. */
export function connect(
  settings: S3Settings,
  timeouts: S3Timeouts,
  more: S3ClientConfig = {},
): S3Client {
  const { region, endpoint, credentials } = settings;
  const agent = { keepAlive: true, maxSockets: CONNECTIONS };
  return new S3Client({
    region,
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    ...(credentials && { credentials }),
    maxAttempts: timeouts.attempts,
    // Older servers do not know the newer checksums, and some refuse them.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: timeouts.connect,
      requestTimeout: timeouts.answer,
      throwOnRequestTimeout: true,
      socketTimeout: timeouts.answer,
      httpAgent: agent,
      httpsAgent: agent,
    },
    ...more,
  });
}

function unavailable(cause: unknown): Unavailable {
  return new Unavailable('Media unavailable', { cause });
}

/**
 * Whether a failed write may have been stored, or still will be: true for everything but a refusal
 * of the first attempt. A request that was given up may wait in a buffer and be carried out later.
 */
function mayStillHappen(error: unknown): boolean {
  if (!(error instanceof S3ServiceException)) return true;
  const { httpStatusCode: status = 0, attempts = 1 } = error.$metadata;
  return attempts > 1 || status < 400 || status >= 500;
}
