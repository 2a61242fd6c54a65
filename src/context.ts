import pino, { type Logger } from 'pino';
import { loadSecretKey } from './config/secret-key.ts';
import type { Config } from './config.ts';
import { lockData } from './db/data-lock.ts';
import { isShared, type OpenDatabase } from './db/database.ts';
import { openDatabase } from './db/open.ts';
import { createRateLimits, type RateLimits } from './rate-limits/rate-limits.ts';
import { createImagePool } from './images/pool/pool.ts';
import type { ImagePool } from './images/pool/image-pool.ts';
import { createMailQueue, type MailQueue } from './mail/mail-queue.ts';
import { createMailer, type Mailer } from './mail/mailer.ts';
import type { MediaStore } from './media/media-store.ts';
import { openMediaStore } from './media/open.ts';

/** Everything that a request may need; opened once, passed explicitly. Disposing closes all, in reverse order. */
export interface Context extends AsyncDisposable {
  config: Config & { readonly secretKey: Uint8Array };
  log: Logger;
  /** milliseconds since 1970 */
  clock: () => number;
  db: OpenDatabase;
  media: MediaStore;
  images: ImagePool;
  limits: RateLimits;
  mail: { mailer: Mailer; queue: MailQueue };
}

/** Uploads that may wait for a worker; further ones get a 503. */
const IMAGE_QUEUE = 128;
/**
 * Milliseconds from the start of decoding, for workers that hang. A working one has a limit of
 * processor time, 1.2 s, which takes longer by the clock on a busy machine. Both are longer on a slow one.
 */
const IMAGE_DEADLINE_MS = 10_000;

/**
 * Opens the stores of `config`. `lock`: `shared` for everything that may run beside a server.
 * Throws StartError if the data cannot be used, and closes what was opened until then.
 */
export async function openContext(
  config: Config,
  options: {
    lock?: 'shared' | 'exclusive';
    log?: Logger;
    clock?: () => number;
    imageDeadlineMs?: number;
  } = {},
): Promise<Context> {
  const log = options.log ?? pino({ level: config.LOG_LEVEL });
  const clock = options.clock ?? Date.now;
  await using opened = new AsyncDisposableStack();
  const lock = await lockData(config, options.lock ?? 'shared', log);
  opened.defer(() => lock.release());
  const warn = (err: unknown) => log.warn({ err }, 'the media store does not answer');
  const media = await openMediaStore(config, warn);
  opened.defer(() => media.close());
  const secretKey = loadSecretKey(config);
  // Last of what may be refused, because opening migrates the database, and an older Masthead
  // cannot use it afterwards.
  const db = await openDatabase(config.database, { log, usable: lock.held });
  opened.defer(() => db.destroy());
  const images = createImagePool({
    workers: config.IMAGE_WORKERS,
    queueLength: IMAGE_QUEUE,
    deadlineMs: options.imageDeadlineMs ?? IMAGE_DEADLINE_MS,
    log,
  });
  opened.defer(() => images.close());
  const limits = createRateLimits({
    enabled: config.RATE_LIMITS,
    shared: isShared(db) ? db : undefined,
  });
  const mailer = createMailer(config, log);
  const resources = opened.move();
  return {
    config: { ...config, secretKey },
    log,
    clock,
    db,
    media,
    images,
    limits,
    mail: { mailer, queue: createMailQueue(db, clock) },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
