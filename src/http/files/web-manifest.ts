import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { PAPER } from '../../views/faces/colours.ts';
import { href } from '../../views/href.ts';

/** PNGs in static/, drawn by scripts/draw-icons.ts. */
const ICONS = [
  { file: 'icon-192.png', side: 192, purpose: 'any' },
  { file: 'icon-512.png', side: 512, purpose: 'any' },
  { file: 'icon-maskable-512.png', side: 512, purpose: 'maskable' },
];

/**
 * `/manifest.webmanifest`, with which a blog can be put on a home screen under its own name; see
 * https://www.w3.org/TR/appmanifest/. It keeps the browser's Back and Reload, which pages need.
 */
export function registerManifest(app: FastifyInstance, siteName: () => string): void {
  const manifest = () =>
    JSON.stringify({
      id: href(app, '/'),
      name: siteName(),
      start_url: href(app, '/'),
      scope: href(app, '/'),
      display: 'minimal-ui',
      lang: 'en',
      background_color: PAPER.light,
      theme_color: PAPER.light,
      icons: ICONS.map(({ file, side, purpose }) => ({
        src: href(app, `/static/${file}`),
        sizes: `${side}x${side}`,
        type: 'image/png',
        purpose,
      })),
    });
  app.get('/manifest.webmanifest', { schema: { hide: true } }, (_request, reply) => {
    const text = manifest();
    const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
    // A browser asks each time, because the site may be renamed.
    void reply.headers({ etag, 'cache-control': 'no-cache' });
    return reply.type('application/manifest+json; charset=utf-8').send(text);
  });
}
