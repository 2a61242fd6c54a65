import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

/**
 * What our pages may load: our own files, and pictures from the media base. `data:` and `blob:` are
 * previews of pictures.
 */
function pagePolicy(mediaBase: string | undefined): string {
  const elsewhere = mediaBase === undefined ? '' : ` ${new URL(mediaBase).origin}`;
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' data: blob:${elsewhere}`,
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join(';');
}

/** For uploaded files: even when opened directly, they can do nothing. */
export const MEDIA_CSP = "default-src 'none'; sandbox";

/**
 * Sets security headers on every answer. `https`: whether the blog is served by it; `mediaBase`:
 * where pages load pictures from, if not from here.
 */
export async function registerSecurity(
  app: FastifyInstance,
  { https, mediaBase }: { https: boolean; mediaBase: string | undefined },
): Promise<void> {
  const policy = pagePolicy(mediaBase);
  await app.register(helmet, {
    // Helmet would build the same policy again for each request, a tenth of a short one's time.
    contentSecurityPolicy: false,
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
    // Both have no effect over plain http, and browsers complain about the second there. Subdomains
    // are left out, because other sites on the domain may have no https.
    strictTransportSecurity: https && { includeSubDomains: false },
    crossOriginOpenerPolicy: https,
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('content-security-policy', policy);
    // Some of these answers hold tokens and e-mail addresses (RFC 6749, 5.1 requires it for
    // tokens).
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
  });
}
