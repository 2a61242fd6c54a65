import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { HttpError } from '../../errors.ts';

/** Headers of which Node keeps the first value and other programs perhaps the last. */
const ONCE = new Set(['host', 'authorization', 'content-type', 'transfer-encoding']);
/** `uri-host [ ":" port ]` (RFC 3986), without characters that are never used in it. */
const HOST = /^[\w.~!$&'()*+,;=%:[\]-]*$/;

/** Responses to senders that wait for `100 Continue` before they send a body. */
const waiting = new WeakMap<IncomingMessage, ServerResponse>();

/**
 * Refuses heads with a 4xx that Node's parser accepts although RFC 9112 does not, or that two
 * programs may read differently. Also delays `100 Continue` until the body is wanted: see
 * `sendContinue`.
 */
export function registerHeadValidation(app: FastifyInstance): void {
  const { server } = app;
  server.on('checkContinue', (raw: IncomingMessage, answer: ServerResponse) => {
    waiting.set(raw, answer);
    server.emit('request', raw, answer);
  });
  // Otherwise Node would answer itself, with an empty body.
  server.on('checkExpectation', (raw: IncomingMessage, answer: ServerResponse) => {
    server.emit('request', raw, answer);
  });
  app.addHook('onRequest', async ({ raw }) => {
    if (expectsTheUnknown(raw)) throw new HttpError(417, 'Expectation Failed');
    if (!isStrict(raw)) throw new HttpError(400, 'Bad Request', CLOSE);
  });
}

/** If it is unclear where a request ends, no other request is read from its connection. */
const CLOSE = { headers: { connection: 'close' } };

/** Call it before a body is read: tells a waiting sender to send it. */
export function sendContinue(raw: IncomingMessage): void {
  waiting.get(raw)?.writeContinue();
  waiting.delete(raw);
}

/** Whether a request's head would be accepted. */
export function isValidHead(raw: IncomingMessage): boolean {
  return !expectsTheUnknown(raw) && isStrict(raw);
}

function expectsTheUnknown({ headers: { expect } }: IncomingMessage): boolean {
  return expect !== undefined && expect.toLowerCase() !== '100-continue';
}

function isStrict(raw: IncomingMessage): boolean {
  const { headers, rawHeaders, httpVersionMajor, httpVersionMinor } = raw;
  if (httpVersionMajor !== 1 || raw.url?.startsWith('/') !== true) return false;
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && (coding.toLowerCase() !== 'chunked' || httpVersionMinor === 0)) {
    return false;
  }
  if (headers.host === undefined ? httpVersionMinor > 0 : !HOST.test(headers.host)) return false;
  const seen = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] as string).toLowerCase();
    if (!ONCE.has(name)) continue;
    if (seen.has(name)) return false;
    seen.add(name);
  }
  return true;
}
