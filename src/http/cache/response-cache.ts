import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DataVersion, Versions } from '../../db/data-version.ts';
import { type CacheKey, type CacheKeys, cacheKeysOf, type Identification } from './cache-key.ts';
import { createCacheStorage } from './cache-storage.ts';
import { type CachedResponse, sendCached, toCached } from './cached-response.ts';
import { needsFreshRead } from './read-your-writes.ts';
import { createRequestCoalescing } from './request-coalescing.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * The route's responses to GET are cached. They depend on nothing of a request's head but path, query,
     * Accept-Encoding and this, which identifies the viewer.
     */
    cached?: Identification;
  }
  interface FastifyRequest {
    /**
     * The keys under which its response may be cached, and the versions of the data before anything
     * was read.
     */
    cacheEntry: { at: CacheKeys; versions: Versions } | null;
    /**
     * The state of the viewer's own data that the response shows, read before or with that data;
     * null if it shows none.
     */
    ownState: string | null;
    /** When its response becomes outdated without a change; milliseconds since 1970. */
    goodUntil: number;
  }
}

/**
 * The longest time a response is kept, because of changes that the database does not count, such as
 * a file deleted by hand; milliseconds.
 */
const AGE_MAX = 60_000;

/** A response that was sent from the cache. */
export interface Hit {
  request: IncomingMessage;
  route: string;
  status: number;
  /** since the request came; milliseconds */
  elapsedTime: number;
  /** false if the connection was cut before the end */
  complete: boolean;
}

export interface ResponseCache {
  /**
   * Answers from the cache, before Fastify, if it can; otherwise calls `next`. If several ask for a
   * dropped response, one makes it and the others wait for it, once.
   */
  serveFromCache: (next: RequestListener) => RequestListener;
  /** Calls `listener` for each hit, which Fastify's hooks do not see. */
  onHit: (listener: (hit: Hit) => void) => void;
  /** An onRequest hook: records the version of what the response will be made of, before anything is read. */
  recordVersion: (
    request: FastifyRequest,
    reply: FastifyReply,
    done: (error?: Error) => void,
  ) => void;
  /** An onSend hook that stores a response; it must come after everything that changes it, and before a 304 is made. */
  store: (request: FastifyRequest, reply: FastifyReply, payload: unknown) => Promise<unknown>;
  /** Empties the cache; from then on nothing is sent from it or stored. */
  stop: () => void;
}

/**
 * Responses of routes with `cached`, kept in memory until what they show, or who may see it,
 * changes. `clock`: milliseconds since 1970; `unread` is called for each response that the kernel
 * did not take completely at once.
 */
export function createResponseCache({
  version,
  ownState,
  clock,
  unread,
}: {
  version: DataVersion;
  /** The current state of a person's own data; see `ownState` of a request. */
  ownState: (userId: number) => Promise<string>;
  clock: () => number;
  unread: (response: ServerResponse) => void;
}): ResponseCache {
  const cache = createCacheStorage();
  const coalescing = createRequestCoalescing();
  const listeners: ((hit: Hit) => void)[] = [];
  let stopped = false;

  function find(key: CacheKey, now: Versions): CachedResponse | undefined {
    const found = cache.get(key.text);
    if (!found) return undefined;
    if (found.version === versionFor(key, now) && found.goodUntil > clock()) return found;
    cache.delete(key.text);
    return undefined;
  }

  /** Calls `then` with whether the viewer's own data has the state that the response shows. */
  function ifOwnIsSame({ own }: CachedResponse, then: (same: boolean) => void): void {
    if (!own) return then(true);
    ownState(own.userId).then(
      (state) => then(state === own.state),
      () => then(false),
    );
  }

  function send(cached: CachedResponse, request: IncomingMessage, response: ServerResponse): void {
    const begun = performance.now();
    const status = sendCached(cached, request, response);
    const over = (complete: boolean) => {
      const elapsedTime = performance.now() - begun;
      for (const listener of listeners)
        listener({ request, route: cached.route, status, elapsedTime, complete });
    };
    // The kernel took the whole response; only slow clients leave a remainder.
    if (response.writableLength === 0) return over(true);
    unread(response);
    response.once('close', () => over(response.writableFinished));
  }

  async function keep(
    request: FastifyRequest,
    reply: FastifyReply,
    payload: unknown,
  ): Promise<void> {
    const { cacheEntry, goodUntil, viewer, ownState: state } = request;
    if (!cacheEntry || !isCacheable(reply, payload)) return;
    const { at, versions } = cacheEntry;
    // An invalid session or token gets the public response, and is checked again with each request.
    const key = at.keys.find(({ anonymous }) => anonymous === (viewer === null));
    if (key === undefined) return;
    const recorded = versionFor(key, versions);
    const now = await Promise.try(version.current).catch(() => undefined);
    // Something changed while the response was made, so it may mix old and new data.
    if (!now || versionFor(key, now) !== recorded || stopped) return;
    const about = {
      version: recorded,
      goodUntil: Math.min(goodUntil, clock() + AGE_MAX),
      route: request.routeOptions.url ?? '',
      ...(viewer && state !== null && { own: { userId: viewer.id, state } }),
    };
    cache.set(key.text, toCached(reply.getHeaders(), payload, about), at.file);
  }

  return {
    serveFromCache: (next) => (request, response) => {
      const key = cacheKeysOf(request)?.keys.find(
        ({ text }) => cache.has(text) || coalescing.isBeingMade(text),
      );
      const make = () => next(request, response);
      if (key === undefined) return make();
      const answer = (otherwise: (now?: Versions) => void) =>
        withVersions(version, request, (now) => {
          const found = now && find(key, now);
          if (!found) return otherwise(now);
          ifOwnIsSame(found, (same) => (same ? send(found, request, response) : make()));
        });
      answer((now) => {
        if (now && coalescing.isBeingMade(key.text)) {
          return coalescing.wait(key.text, () => answer(make));
        }
        if (now) coalescing.begin(key.text, request, response);
        make();
      });
    },

    onHit: (listener) => listeners.push(listener),

    recordVersion(request, _reply, done) {
      const { cached } = request.routeOptions.config;
      const at = cached === undefined || stopped ? undefined : cacheKeysOf(request.raw);
      if (at === undefined || at.identification !== cached) return done();
      withVersions(version, request.raw, (now) => {
        request.cacheEntry = now ? { at, versions: now } : null;
        done();
      });
    },

    async store(request, reply, payload) {
      await keep(request, reply, payload);
      coalescing.end(request.raw);
      return payload;
    },

    stop() {
      stopped = true;
      cache.clear();
    },
  };
}

/** An anonymous response depends on content alone. */
function versionFor({ anonymous }: CacheKey, { content, access }: Versions): string {
  return anonymous ? `${content}` : `${content} ${access}`;
}

/** Whether it is a complete 200. A response that sets a cookie is for one browser only. */
function isCacheable(reply: FastifyReply, payload: unknown): payload is string | Buffer {
  const whole = typeof payload === 'string' || Buffer.isBuffer(payload);
  return whole && reply.statusCode === 200 && !reply.hasHeader('set-cookie');
}

/**
 * If the database does not answer, nothing is cached; the route's own query then gives the client
 * the error.
 */
function withVersions(
  version: DataVersion,
  request: IncomingMessage,
  then: (now: Versions | undefined) => void,
): void {
  let now;
  try {
    now = needsFreshRead(request) ? version.current() : version.recent();
  } catch {
    // An error counts as no answer.
  }
  if (now instanceof Promise) now.then(then, () => then(undefined));
  else then(now);
}
