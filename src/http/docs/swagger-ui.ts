/// <reference types="@fastify/swagger" />
import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { href } from '../../views/href.ts';

/**
 * Swagger UI loads arrows and locks from data URLs; its React sets styles through the DOM, which no
 * CSP blocks.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const index = (app: FastifyInstance) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>API documentation</title>
    <link rel="icon" type="image/png" href="${href(app, '/docs/favicon-32x32.png')}">
    <link rel="stylesheet" href="${href(app, '/docs/swagger-ui.css')}">
    <script src="${href(app, '/docs/swagger-ui-bundle.js')}" defer></script>
    <script src="${href(app, '/docs/initializer.js')}" defer></script>
  </head>
  <body>
    <div id="swagger-ui"></div>
    <noscript>This page needs scripts; the same is told by <a href="${href(app, '/openapi.json')}">openapi.json</a>.</noscript>
  </body>
</html>
`;

// Without its standalone preset Swagger UI has no bar for loading other documents. `validatorUrl`
// null: by default it shows a badge of a third party.
const initializer = (app: FastifyInstance) => `SwaggerUIBundle({
  url: '${href(app, '/openapi.json')}',
  dom_id: '#swagger-ui',
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
});
`;

/** The files of swagger-ui-dist that the page uses; its other files are not served. */
const ASSETS = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/**
 * Swagger UI at `/docs` for `/openapi.json`, from this origin alone; `/redoc` redirects there. The
 * package is read on demand, so that it does not slow the start.
 */
export function registerDocs(app: FastifyInstance): void {
  const options = { schema: { hide: true } };
  app.get('/docs', options, (request, reply) =>
    send(
      request,
      reply.header('content-security-policy', POLICY),
      index(app),
      'text/html; charset=utf-8',
    ),
  );
  app.get('/docs/initializer.js', options, (request, reply) =>
    send(request, reply, initializer(app), 'text/javascript; charset=utf-8'),
  );
  for (const [name, type] of Object.entries(ASSETS)) {
    app.get(`/docs/${name}`, options, async (request, reply) =>
      send(request, reply, await asset(name), type),
    );
  }
  app.get('/redoc', options, (_request, reply) => reply.redirect(href(app, '/docs'), 307));
}

/** Resolved on demand: resolving the package at the start would read it. */
function asset(name: string): Promise<Buffer> {
  return readFile(fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`)));
}

/** File names have no version, so browsers revalidate each time and usually get a 304. */
function send(
  request: FastifyRequest,
  reply: FastifyReply,
  content: string | Buffer,
  type: string,
): FastifyReply {
  const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
  void reply.headers({ 'content-type': type, etag, 'cache-control': 'no-cache' });
  return request.headers['if-none-match'] === etag ? reply.code(304).send() : reply.send(content);
}
