import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

/**
 * What a page of ours may do: nothing but use our own files, and pictures from where else they are served.
 * `data:` and `blob:` are previews of pictures.
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

/** For files that people uploaded: even opened by itself, one can do nothing. */
export const MEDIA_CSP = "default-src 'none'; sandbox";

/**
 * Security headers on every answer; `https` says whether the blog is served by it, `mediaBase` where
 * pages fetch pictures from if not from here.
 */
export async function registerSecurity(
  app: FastifyInstance,
  { https, mediaBase }: { https: boolean; mediaBase: string | undefined },
): Promise<void> {
  const policy = pagePolicy(mediaBase);
  await app.register(helmet, {
    // Helmet would put the same policy together anew for each request, a tenth of a short one's time.
    contentSecurityPolicy: false,
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
    // Both mean nothing on plain http, and browsers complain about the second there.
    strictTransportSecurity: https,
    crossOriginOpenerPolicy: https,
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('content-security-policy', policy);
    // Tokens and e-mail addresses stand in some of these answers (RFC 6749, 5.1 wants it for tokens).
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
  });
}
