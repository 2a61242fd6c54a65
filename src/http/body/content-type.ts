import type { FastifyRequest } from 'fastify';
import { HttpError } from '../../errors.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The Content-Type header as it was sent, or ''. */
    contentType: string;
  }
}

/** The media type without parameters, in lower case. */
export function mediaType(request: FastifyRequest): string {
  return (request.contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

/** Throws 415 for a compressed body: its true size is unknown before unpacking. */
export function refuseEncoded(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new HttpError(415, 'Content-Encoding is not supported');
  }
}
