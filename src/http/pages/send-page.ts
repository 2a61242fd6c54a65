import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Html } from '../../views/html.ts';
import { ASK_EACH_TIME, weakTag } from '../cache/etag.ts';

/** Quality 4 of 11: most of the gain for a tenth of the time. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
const PACKERS: Record<string, (text: string) => Promise<Buffer>> = {
  br: (text) => promisify(brotliCompress)(text, BROTLI),
  gzip: (text) => promisify(gzip)(text),
};

/**
 * Sends a page, compressed if the browser accepts that. A page for anonymous visitors may be stored
 * by shared caches, which must ask each time whether it is current; any other is private.
 */
export async function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  page: Html,
): Promise<FastifyReply> {
  const text = String(page);
  reply.type('text/html; charset=utf-8').header('vary', 'Cookie, Accept-Encoding');
  const shared = request.viewer === null && reply.statusCode === 200;
  if (shared && !reply.hasHeader('cache-control')) {
    reply.headers({ etag: weakTag(text), 'cache-control': ASK_EACH_TIME });
  } else {
    reply.header('cache-control', 'private, no-store');
  }
  return sendCompressed(request, reply, text);
}

/**
 * Sends a text that is the same for everybody. Shared caches may store it, but must revalidate each
 * time.
 */
export async function sendShared(
  request: FastifyRequest,
  reply: FastifyReply,
  { text, type }: { text: string; type: string },
): Promise<FastifyReply> {
  reply.headers({ etag: weakTag(text), 'cache-control': ASK_EACH_TIME });
  return sendText(request, reply, { text, type });
}

/** Sends a text for one person; no cache may store it. */
export async function sendPrivate(
  request: FastifyRequest,
  reply: FastifyReply,
  { text, type }: { text: string; type: string },
): Promise<FastifyReply> {
  reply.header('cache-control', 'private, no-store');
  return sendText(request, reply, { text, type });
}

function sendText(
  request: FastifyRequest,
  reply: FastifyReply,
  { text, type }: { text: string; type: string },
): Promise<FastifyReply> {
  reply.type(`${type}; charset=utf-8`).header('vary', 'Accept-Encoding');
  return sendCompressed(request, reply, text);
}

async function sendCompressed(
  request: FastifyRequest,
  reply: FastifyReply,
  text: string,
): Promise<FastifyReply> {
  const encoding = accepted(request.headers['accept-encoding'] ?? '');
  if (encoding === undefined) return reply.send(text);
  return reply.header('content-encoding', encoding).send(await PACKERS[encoding]?.(text));
}

/** The first of our encodings that the client accepts. */
function accepted(header: string): string | undefined {
  const taken = header
    .toLowerCase()
    .split(',')
    .filter((part) => !/;\s*q=0(?:\.0*)?\s*$/.test(part))
    .map((part) => part.split(';', 1)[0]?.trim());
  return Object.keys(PACKERS).find((name) => taken.includes(name));
}
