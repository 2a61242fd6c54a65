import type { FastifyRequest } from 'fastify';
import { HttpError } from '../errors.ts';

/**
 * A hook for routes that a cookie authenticates: refuses with 403 what another site sends in the
 * browser's name. Browsers say where a request comes from in `Sec-Fetch-Site` (over https and on
 * localhost), and else in `Origin`; what sends neither is no browser and has no cookie to abuse.
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
