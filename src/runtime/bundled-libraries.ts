/**
 * The libraries that every start loads, hundreds of modules: vite.libraries.ts makes one file of each. Of one that is
 * CommonJS, the default import is all that such a file exports.
 */
export const BUNDLED = [
  '@fastify/cookie',
  '@fastify/helmet',
  '@fastify/proxy-addr',
  '@fastify/static',
  'fastify',
  'hono/html',
  'kysely',
  'lru-cache',
  'p-limit',
  'pino',
  'range-parser',
  'typebox',
];
