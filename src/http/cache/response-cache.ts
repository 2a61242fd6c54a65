import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { DataVersion } from '../../db/data-version.ts';
import { DESCRIBE_A_BODY, namesTag } from './etag.ts';
import { needsFreshRead } from './read-your-writes.ts';
import { isValidHead } from '../connection/head-validation.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * The route's answers to GET are kept. They depend on nothing of a request's head but path, query,
     * Accept-Encoding, and what tells who asks: see `audience`.
     */
    kept?: true;
  }
  interface FastifyRequest {
    /** As what the answer will be kept, and what the database held before anything was read for it. */
    keeping: { key: string; version: string } | null;
    /** When its answer stops being right by itself; milliseconds since 1970. */
    goodUntil: number;
  }
}

/** All kept answers, and the largest of them; bytes. */
const BYTES_MAX = 16 * 1024 * 1024;
const ANSWER_MAX = 512 * 1024;
/** An entry's objects and the strings of its headers take about so much beside the body; bytes. */
const ENTRY_BYTES = 2048;
/** For changes the database does not know of, such as a file deleted by hand; milliseconds. */
const AGE_MAX = 60_000;

/**
 * Up to so many bytes a body is kept as text, a character for each byte: Node then sends it in one piece with the
 * head, which saves a tenth of the time. More is sent faster as it is.
 */
const TEXT_MAX = 2048;

interface Kept {
  body: string | Buffer;
  /** names and values in turn */
  head: string[];
  headNotModified: string[];
  tag: string | undefined;
  goodUntil: number;
  /** the route's pattern */
  route: string;
}

/** Of a kept answer, once it is over. */
export interface Sent {
  request: IncomingMessage;
  route: string;
  status: number;
  /** since the request came; milliseconds */
  elapsedTime: number;
  /** or else the connection was cut before */
  complete: boolean;
}

export interface ResponseCache {
  /** Sends a kept answer if there is one, past Fastify; all else goes to `next`. */
  before: (next: RequestListener) => RequestListener;
  /** `listener` is told of each answer that Fastify's hooks do not see. */
  onSent: (listener: (sent: Sent) => void) => void;
  /** An onRequest hook: notes what the database holds before anything is read. */
  note: (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void;
  /** An onSend hook: keeps an answer; to be placed after all that changes it but before a 304 is made of it. */
  keep: (request: FastifyRequest, reply: FastifyReply, payload: unknown) => Promise<unknown>;
  /** From now on nothing is sent or kept. */
  stop: () => void;
}

/**
 * Answers of routes with `kept`, kept in memory as they were sent, until anything in the database changes.
 * Only a 200 that sets no cookie is kept. `clock`: milliseconds since 1970; `unread` is told of each response of
 * which something is still to be taken.
 */
export function createResponseCache({
  version,
  clock,
  unread,
}: {
  version: DataVersion;
  clock: () => number;
  unread: (response: ServerResponse) => void;
}): ResponseCache {
  const kept = new LRUCache<string, Kept>({
    maxSize: BYTES_MAX,
    maxEntrySize: ANSWER_MAX,
    sizeCalculation: ({ body }, key) => body.length + 2 * key.length + ENTRY_BYTES,
  });
  const listeners: ((sent: Sent) => void)[] = [];
  /** of everything in `kept` */
  let versionOfKept: string | undefined;
  let stopped = false;

  function dropAllBut(now: string): void {
    if (now !== versionOfKept) kept.clear();
    versionOfKept = now;
  }

  function find(key: string, now: string): Kept | undefined {
    dropAllBut(now);
    const found = kept.get(key);
    return found && found.goodUntil > clock() ? found : undefined;
  }

  function send(answer: Kept, request: IncomingMessage, response: ServerResponse): void {
    const begun = performance.now();
    const status = write(answer, request, response);
    const over = (complete: boolean) => {
      const elapsedTime = performance.now() - begun;
      for (const listener of listeners)
        listener({ request, route: answer.route, status, elapsedTime, complete });
    };
    // The system has taken all of it, as it does unless the reader is slow.
    if (response.writableLength === 0) return over(true);
    unread(response);
    response.once('close', () => over(response.writableFinished));
  }

  return {
    before: (next) => (request, response) => {
      const key = keyOf(request);
      if (key === undefined || !kept.has(key)) return next(request, response);
      withVersion(version, request, (now) => {
        const found = now === undefined ? undefined : find(key, now);
        if (found) send(found, request, response);
        else next(request, response);
      });
    },

    onSent: (listener) => listeners.push(listener),

    note(request, _reply, done) {
      const keeps = request.routeOptions.config.kept === true && !stopped;
      const key = keeps ? keyOf(request.raw) : undefined;
      if (key === undefined) return done();
      withVersion(version, request.raw, (now) => {
        request.keeping = now === undefined ? null : { key, version: now };
        done();
      });
    },

    async keep(request, reply, payload) {
      const { keeping, goodUntil } = request;
      const whole = typeof payload === 'string' || Buffer.isBuffer(payload);
      if (!keeping || !whole || reply.statusCode !== 200) return payload;
      // Else it is one browser's.
      if (reply.hasHeader('set-cookie')) return payload;
      const now = await Promise.try(version.current).catch(() => undefined);
      // Something has changed while it was made, so that it may be of before and after.
      if (now !== keeping.version || stopped) return payload;
      dropAllBut(now);
      const bytes = Buffer.from(payload);
      const headers = { ...reply.getHeaders(), 'content-length': String(bytes.length) };
      kept.set(keeping.key, {
        body: bytes.length > TEXT_MAX ? bytes : bytes.toString('latin1'),
        head: flat(headers),
        headNotModified: flat(headers, DESCRIBE_A_BODY),
        tag: headers.etag?.toString(),
        goodUntil: Math.min(goodUntil, clock() + AGE_MAX),
        route: request.routeOptions.url ?? '',
      });
      return payload;
    },

    stop() {
      stopped = true;
      kept.clear();
    },
  };
}

/** Without an answer of the database there is nothing to keep; what it is asked next tells the client. */
function withVersion(
  version: DataVersion,
  request: IncomingMessage,
  then: (now: string | undefined) => void,
): void {
  let now;
  try {
    now = needsFreshRead(request) ? version.current() : version.recent();
  } catch {
    // As if it did not answer.
  }
  if (now instanceof Promise) now.then(then, () => then(undefined));
  else then(now);
}

/** Undefined for what goes the long way: it is no GET, has a body, wants a part, or must be refused. */
function keyOf(request: IncomingMessage): string | undefined {
  const { method, url, headers } = request;
  if (method !== 'GET' || url === undefined || headers.range !== undefined) return undefined;
  if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined) {
    return undefined;
  }
  if (!isValidHead(request)) return undefined;
  // No header holds a line end, so no two requests share a key by accident.
  return `${url}\n${headers['accept-encoding'] ?? ''}\n${audience(request)}`;
}

/**
 * Pictures are the same for everyone; the API answers who has a token otherwise, whoever they are; the rest
 * depends on cookies. What is spelled in another way, such as `/%61pi/`, differs by both.
 */
function audience({ url, headers: { cookie = '', authorization } }: IncomingMessage): string {
  if (url?.startsWith('/media/')) return '';
  const token = authorization === undefined ? '' : 'known';
  return url?.startsWith('/api/') ? token : `${token}\n${cookie}`;
}

/** Returns the status. */
function write(answer: Kept, { headers }: IncomingMessage, response: ServerResponse): number {
  const had = headers['if-none-match'];
  if (had !== undefined && answer.tag !== undefined && namesTag(had, answer.tag)) {
    response.writeHead(304, answer.headNotModified).end();
    return 304;
  }
  response.writeHead(200, answer.head).end(answer.body, 'latin1');
  return 200;
}

function flat(headers: Record<string, unknown>, without: string[] = []): string[] {
  return Object.entries(headers)
    .filter(([name]) => !without.includes(name))
    .flatMap(([name, value]) => [name, String(value)]);
}
