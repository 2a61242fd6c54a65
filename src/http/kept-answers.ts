import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { DataVersion } from '../db/data-version.ts';
import { DESCRIBE_A_BODY, namesTag } from './conditional.ts';
import { isStrictHead } from './strict-head.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * The route's answers to GET are kept. They depend on nothing of a request's head but path, query,
     * Accept-Encoding, and what this returns.
     */
    keptBy?: (headers: IncomingHttpHeaders) => string;
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

interface Kept {
  body: Buffer;
  /** names and values in turn */
  head: string[];
  headNotModified: string[];
  tag: string | undefined;
  goodUntil: number;
}

export interface KeptAnswers {
  /** An onRequest hook: sends a kept answer, if there is one; to be placed before the work it saves. */
  send: (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void;
  /** An onSend hook: keeps an answer; to be placed after all that changes it but before a 304 is made of it. */
  keep: (request: FastifyRequest, reply: FastifyReply, payload: unknown) => Promise<unknown>;
  /** From now on nothing is sent or kept. */
  stop: () => void;
}

/**
 * Answers of routes with `keptBy`, kept in memory as they were sent, until anything in the database changes.
 * Only a 200 that sets no cookie is kept. `clock`: milliseconds since 1970; `sent` is told of each reply whose
 * answer was handed to Node.
 */
export function createKeptAnswers({
  version,
  clock,
  sent,
}: {
  version: DataVersion;
  clock: () => number;
  sent: (reply: FastifyReply) => void;
}): KeptAnswers {
  const kept = new LRUCache<string, Kept>({
    maxSize: BYTES_MAX,
    maxEntrySize: ANSWER_MAX,
    sizeCalculation: ({ body }, key) => body.length + 2 * key.length + ENTRY_BYTES,
  });
  /** of everything in `kept` */
  let versionOfKept: string | undefined;
  let stopped = false;

  function find(key: string, now: string): Kept | undefined {
    if (now !== versionOfKept) kept.clear();
    versionOfKept = now;
    const found = kept.get(key);
    return found && found.goodUntil > clock() ? found : undefined;
  }

  return {
    send(request, reply, done) {
      const key = stopped ? undefined : keyOf(request);
      if (key === undefined) return done();
      const answer = (now: string): void => {
        const found = find(key, now);
        if (!found) {
          request.keeping = { key, version: now };
          return done();
        }
        write(found, request, reply);
        sent(reply);
      };
      // Without an answer of the database there is nothing to keep; what it is asked next tells the client.
      try {
        const now = version();
        if (typeof now === 'string') answer(now);
        else now.then(answer, () => done());
      } catch {
        done();
      }
    },

    async keep(request, reply, payload) {
      const { keeping, goodUntil } = request;
      const whole = typeof payload === 'string' || Buffer.isBuffer(payload);
      if (!keeping || stopped || !whole || reply.statusCode !== 200) return payload;
      // Something has changed while it was made, or it is one browser's.
      if (keeping.version !== versionOfKept || reply.hasHeader('set-cookie')) return payload;
      const body = Buffer.from(payload);
      const headers = { ...reply.getHeaders(), 'content-length': String(body.length) };
      kept.set(keeping.key, {
        body,
        head: flat(headers),
        headNotModified: flat(headers, DESCRIBE_A_BODY),
        tag: headers.etag?.toString(),
        goodUntil: Math.min(goodUntil, clock() + AGE_MAX),
      });
      return payload;
    },

    stop() {
      stopped = true;
      kept.clear();
    },
  };
}

/** Undefined for what goes the long way: it is not kept, has a body, wants a part, or must be refused. */
function keyOf({ raw, routeOptions, headers }: FastifyRequest): string | undefined {
  const { keptBy } = routeOptions.config;
  if (raw.method !== 'GET' || keptBy === undefined || raw.url === undefined) return undefined;
  if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined) {
    return undefined;
  }
  if (headers.range !== undefined || !isStrictHead(raw)) return undefined;
  // No header holds a line end, so no two requests share a key by accident.
  return `${raw.url}\n${headers['accept-encoding'] ?? ''}\n${keptBy(headers)}`;
}

/** Past Fastify's own sending, with the hooks whose work is in the answer already. */
function write(answer: Kept, { headers }: FastifyRequest, reply: FastifyReply): void {
  reply.hijack();
  const had = headers['if-none-match'];
  if (had !== undefined && answer.tag !== undefined && namesTag(had, answer.tag)) {
    reply.raw.writeHead(304, answer.headNotModified).end();
  } else {
    reply.raw.writeHead(200, answer.head).end(answer.body);
  }
}

function flat(headers: Record<string, unknown>, without: string[] = []): string[] {
  return Object.entries(headers)
    .filter(([name]) => !without.includes(name))
    .flatMap(([name, value]) => [name, String(value)]);
}
