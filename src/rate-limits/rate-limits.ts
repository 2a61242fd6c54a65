import { createHash } from 'node:crypto';
import type { RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible';
import type { Database } from '../db/database.ts';
import { rawClient } from './pg-client.ts';
import { TooManyRequests } from '../errors.ts';

interface Rule {
  /** How many. */
  points: number;
  /** Seconds from the first of them. */
  duration: number;
}

/** What is limited; the callers choose the key. */
const RULES = {
  failedLogins: { points: 10, duration: 15 * 60 },
  uploads: { points: 120, duration: 60 },
  postPictures: { points: 120, duration: 60 },
  registrations: { points: 1000, duration: 60 * 60 },
  resetMails: { points: 1000, duration: 60 * 60 },
  resetMailsTo: { points: 10, duration: 60 * 60 },
  downloads: { points: 20, duration: 60 * 60 },
  emailChanges: { points: 10, duration: 60 * 60 },
  /** To one address, by all accounts together, because it may be a stranger's. */
  mailsToOthers: { points: 10, duration: 60 * 60 },
  searches: { points: 60, duration: 60 },
  comments: { points: 20, duration: 60 * 60 },
  firstComments: { points: 5, duration: 24 * 60 * 60 },
  reports: { points: 30, duration: 60 * 60 },
} satisfies Record<string, Rule>;

interface RateLimit {
  /** Throws TooManyRequests if the limit is reached, without counting. */
  check: (key: string) => Promise<void>;
  /** Counts one. Throws TooManyRequests if the limit was reached before. */
  take: (key: string) => Promise<void>;
  /** Resets the count. */
  forget: (key: string) => Promise<void>;
}

export type RateLimits = Record<keyof typeof RULES, RateLimit>;

/**
 * The limits of one server, which forgets them when it ends, or of all servers on the database
 * `shared`, which must be PostgreSQL: while that is away, limited requests throw Unavailable. With
 * `enabled` false nothing is limited.
 */
export function createRateLimits({
  enabled,
  shared,
  rules = RULES,
}: {
  enabled: boolean;
  shared?: Database | undefined;
  rules?: Record<keyof RateLimits, Rule>;
}): RateLimits {
  const limit = (name: keyof RateLimits) =>
    enabled ? rateLimit(rules[name], () => counter(name, rules[name], shared)) : UNLIMITED;
  return {
    failedLogins: limit('failedLogins'),
    uploads: limit('uploads'),
    postPictures: limit('postPictures'),
    registrations: limit('registrations'),
    resetMails: limit('resetMails'),
    resetMailsTo: limit('resetMailsTo'),
    downloads: limit('downloads'),
    emailChanges: limit('emailChanges'),
    mailsToOthers: limit('mailsToOthers'),
    searches: limit('searches'),
    comments: limit('comments'),
    firstComments: limit('firstComments'),
    reports: limit('reports'),
  };
}

/**
 * The key of one account as seen from one address, so that guessing elsewhere does not lock the
 * owner out. Hashed, because what is typed as an address may be long.
 */
export function accountFrom(address: string, account: string): string {
  return hashedKey(`${networkOf(address)} ${account}`);
}

/** The key of a text that may be long, or that no database should show. */
export function hashedKey(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

/**
 * An IPv4 address unchanged; of an IPv6 address the first 64 bits, because whoever has one address
 * of such a network has all (RFC 6177).
 */
export function networkOf(address: string): string {
  // A URL holds an IPv6 address in its canonical form (RFC 5952), without a dotted quad.
  const canonical = URL.parse(`http://[${address.replace(/%.*$/, '')}]`)?.hostname.slice(1, -1);
  if (canonical === undefined) return address;
  const mapped = /^::ffff:([\da-f]+):([\da-f]+)$/.exec(canonical);
  if (mapped) {
    return mapped
      .slice(1)
      .map((half) => Number.parseInt(half, 16))
      .flatMap((half) => [half >> 8, half & 255])
      .join('.');
  }
  const [head = [], tail = []] = canonical.split('::').map((part) => part.split(':'));
  const zeros = Array<string>(8 - head.length - tail.length).fill('0');
  return [...head, ...zeros, ...tail]
    .slice(0, 4)
    .map((group) => group || '0')
    .join(':');
}

const nothing = () => Promise.resolve();
const UNLIMITED: RateLimit = { check: nothing, take: nothing, forget: nothing };

async function counter(
  keyPrefix: string,
  rule: Rule,
  shared: Database | undefined,
): Promise<RateLimiterAbstract> {
  const { default: library } = await import('rate-limiter-flexible');
  if (!shared) return new library.RateLimiterMemory({ keyPrefix, ...rule });
  return new library.RateLimiterPostgres({
    keyPrefix,
    ...rule,
    storeClient: rawClient(shared),
    storeType: 'pool',
    tableName: 'rate_limits',
    // A migration creates it; expired rows are deleted with everything else that expires.
    tableCreated: true,
    clearExpiredByTimeout: false,
  });
}

function rateLimit(rule: Rule, count: () => Promise<RateLimiterAbstract>): RateLimit {
  let made: Promise<RateLimiterAbstract> | undefined;
  // Loaded with the first limited request, so that it does not slow the start.
  const limiter = () => (made ??= count());
  return {
    check: async (key) => {
      const used = await (await limiter()).get(key);
      if (used && used.consumedPoints >= rule.points) throw tooMany(used);
    },
    take: async (key) => {
      const used = await (await limiter()).penalty(key);
      if (used.consumedPoints > rule.points) throw tooMany(used);
    },
    forget: async (key) => {
      await (await limiter()).delete(key);
    },
  };
}

function tooMany({ msBeforeNext }: RateLimiterRes): TooManyRequests {
  return new TooManyRequests(Math.max(1, Math.ceil(msBeforeNext / 1000)));
}
