import { flushCompileCache } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { buildApp } from './app.ts';
import type { Config } from './config.ts';
import { openContext, type Context } from './context.ts';
import { StartError } from './errors.ts';
import { removeLeftovers } from './http/body/spool-leftovers.ts';
import { TIMES } from './http/connection/timeouts.ts';
import { assertReadersFit } from './settings/readers.ts';
import { newOwnerLink } from './users/owner-link.service.ts';

/** How long requests may take to finish once the server is told to stop; milliseconds. */
const DRAIN_MS = 10_000;

/**
 * V8 counts the bytes of uploads as growth of its small heap, and collected the heap with every
 * second or third upload. That cost half of the server's time for an upload: 37 ms instead of 20
 * for 4 MB.
 */
setFlagsFromString('--heap-growing-percent=300');

/**
 * Serves until SIGTERM or SIGINT. Then `/health/ready` answers 503 for STOP_DELAY_SECONDS, so that
 * load balancers stop sending; then it accepts no new connections, lets current requests finish and
 * closes everything. Resolves when that is done.
 */
export async function serve(config: Config): Promise<void> {
  await using ctx = await openContext(config);
  await assertReadersFit(ctx);
  await removeLeftovers(config.spoolDir);
  const stopping = new AbortController();
  const app = await buildApp(ctx, TIMES, stopping.signal);
  // Before listening, so that a signal always finds them. They stay registered, so that a second
  // signal changes nothing.
  const { promise: stopped, resolve: stop } = Promise.withResolvers<string>();
  process.on('SIGTERM', stop).on('SIGINT', stop);
  const address = await app
    .listen({ host: config.HOST, port: config.PORT })
    .catch(async (error) => {
      // The jobs run already, and need the database that is about to close.
      await app.close();
      return explain(error as NodeJS.ErrnoException);
    });
  // In one write, so that no log line comes between.
  const about = `${config.SITE_NAME} is at ${addressOf(config, address)}`;
  console.log([about, ...(await ownerLines(ctx))].join('\n'));
  // Node would write the cache at exit, which never happens in a server that is killed.
  flushCompileCache();
  const signal = await stopped;
  stopping.abort();
  const delaySeconds = config.STOP_DELAY_SECONDS;
  ctx.log.info({ signal, delaySeconds }, 'stopping');
  await sleep(delaySeconds * 1000);
  const timer = setTimeout(() => app.server.closeAllConnections(), DRAIN_MS);
  await app.close();
  clearTimeout(timer);
}

/**
 * Where people find the blog: by the name in its links, because a browser would be signed in under
 * only one of two names. If it listens under another name, for example behind a proxy, both are
 * printed.
 */
function addressOf({ FRONTEND_URL: url }: Config, listening: string): string {
  const [named, bound] = [new URL(url), new URL(listening)];
  if (named.origin === bound.origin) return url;
  const same = named.protocol === bound.protocol && named.port === bound.port;
  return same ? `${url} (listening on ${listening})` : listening;
}

/**
 * While the blog has no owner: the link that makes one, on a line of its own. Only here, and never
 * in the log, which others may read.
 */
async function ownerLines(ctx: Context): Promise<string[]> {
  try {
    const link = await newOwnerLink(ctx);
    const about = 'Open this link to become the owner of the blog. It works once, for 24 hours.';
    return link === undefined ? [] : [link, about];
  } catch (error) {
    ctx.log.error({ err: error }, 'could not make the link for an owner');
    return [];
  }
}

/** Texts for the common reasons why listening fails. */
function explain(error: NodeJS.ErrnoException): never {
  if (error instanceof StartError) throw error;
  const reasons: Record<string, string> = {
    EADDRINUSE: 'PORT: another program already uses it',
    EACCES: 'PORT: this user may not use it',
    EADDRNOTAVAIL: 'HOST: this machine does not have this address',
    ENOTFOUND: 'HOST: this address does not exist',
  };
  throw new StartError(reasons[error.code ?? ''] ?? error.message, { cause: error });
}
