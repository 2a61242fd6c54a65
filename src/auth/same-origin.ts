import type { FastifyRequest } from 'fastify';
import { HttpError } from '../errors.ts';

/**
 * A hook for routes that a cookie authenticates: answers 403 to requests that another site sends in
 * the browser's name. Browsers send the origin in `Sec-Fetch-Site` (over https and on localhost),
 * otherwise in `Origin`; a client that sends neither is not a browser and has no cookie to abuse.
 */
export function requireSameOrigin(frontendUrl: string): (request: FastifyRequest) => Promise<void> {
  const publicHost = new URL(frontendUrl).host;
  return async ({ headers, host }) => {
    const site = headers['sec-fetch-site'];
    const from = headers.origin;
    if (site !== undefined) {
      if (site === 'same-origin' || site === 'none') return;
    } else if (from === undefined || [host, publicHost].includes(URL.parse(from)?.host ?? '')) {
      return;
    }
    throw new HttpError(403, 'This form was sent from another site.');
  };
}
