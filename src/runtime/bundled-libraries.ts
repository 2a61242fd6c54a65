/**
 * The libraries that every start loads, hundreds of modules: vite.libraries.ts makes one file of each. The file of a
 * CommonJS library has a default export alone, so `import { pino } from 'pino'` fails at the start.
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
