import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { StartError } from '../../errors.ts';
import { href } from '../../views/href.ts';
import { assetsOf, type Assets, type Manifest } from '../../views/assets.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
/** Vite's build of client/, and static/ unchanged. */
const CLIENT = join(ROOT, 'dist', 'client');
const MANIFEST = join(CLIENT, 'manifest.json');
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * `/static/`: files with a hash in their name may be cached forever. Files with a `.br` or `.gz`
 * beside them are sent compressed. `/favicon.ico` is one of them. Throws StartError if the client
 * was not built.
 */
export async function registerAssets(app: FastifyInstance): Promise<Assets> {
  if (!existsSync(MANIFEST)) {
    throw new StartError(
      'dist/client is missing: `npm start` builds it, or `node scripts/prepare.cjs` does',
    );
  }
  await app.register(fastifyStatic, {
    root: CLIENT,
    prefix: '/static/',
    index: false,
    preCompressed: true,
    maxAge: DAY_MS,
    setHeaders: (reply, path) => {
      if (!path.includes('/client/assets/')) return;
      reply.header('cache-control', 'public, max-age=31536000, immutable');
    },
  });
  // Browsers request this icon when they show JSON or a picture, which name no icon.
  app.get('/favicon.ico', { schema: { hide: true } }, (_request, reply) =>
    reply.sendFile('favicon.ico'),
  );
  return assetsOf(JSON.parse(readFileSync(MANIFEST, 'utf8')) as Manifest, href(app, '/static/'));
}
