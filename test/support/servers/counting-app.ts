import type { TestContext } from 'node:test';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import type { Versions } from '../../../src/db/data-version.ts';
import type { UserRow } from '../../../src/db/schema.ts';
import type { Identification } from '../../../src/http/cache/cache-key.ts';
import { registerNotModified, weakTag } from '../../../src/http/cache/etag.ts';
import { createResponseCache, type Hit } from '../../../src/http/cache/response-cache.ts';

/** Credentials that are valid; any other is not. */
const GOOD = ['session=ann', 'session=bob', 'Bearer ann', 'Bearer bob'];

/** An app whose responses say how often they were made. */
export async function counting(t: TestContext) {
  const versions = {
    now: { content: 1, access: 1 } as Versions | undefined | Promise<Versions>,
    recent: undefined as Versions | undefined,
  };
  const state = {
    time: 1_000,
    asked: 0,
    made: 0,
    /** The length of responses whose query does not say it. */
    bytes: 1,
    unread: 0,
    own: 'none' as string | Error,
    /** Responses wait for it. */
    gate: Promise.resolve(),
  };
  const cache = createResponseCache({
    version: { current: () => versions.now, recent: () => versions.recent ?? versions.now },
    ownState: async () => {
      if (state.own instanceof Error) throw state.own;
      return state.own;
    },
    clock: () => state.time,
    unread: () => (state.unread += 1),
  });
  const serverFactory = (next: RequestListener) =>
    createServer(cache.serveFromCache(next)).on('request', () => (state.asked += 1));
  const app = Fastify({ serverFactory });
  t.after(() => app.close());
  app.decorateRequest('cacheEntry', null);
  app.decorateRequest('viewer', null);
  app.decorateRequest('goodUntil', Infinity);
  app.decorateRequest('ownState', null);
  app.addHook('onRequest', cache.recordVersion);
  app.addHook('onSend', cache.store);
  registerNotModified(app);
  const routes: [string, Identification][] = [
    ['/page', 'session'],
    ['/api/page', 'token'],
    ['/media/:file', 'either'],
    ['/elsewhere', 'token'],
  ];
  for (const [path, cached] of routes) {
    app.get(path, { config: { cached } }, async (request, reply) => {
      state.made += 1;
      request.goodUntil = state.time + 500;
      const { cookie = '', authorization = '' } = request.headers;
      const { set, status, bytes, write, members } = request.query as Record<string, string>;
      const of = { token: [authorization], session: [cookie], either: [cookie, authorization] };
      // A file is for everybody, or it is asked who wants it.
      const credentials = cached === 'either' && members === undefined ? [] : of[cached];
      if (credentials.some((one) => GOOD.includes(one))) {
        request.viewer = { id: 1 } as UserRow;
        if (cached === 'session' && typeof state.own === 'string') request.ownState = state.own;
      }
      if (write !== undefined) {
        versions.now = { content: 100 + state.made, access: 1 };
        await get('/page?another');
      }
      const number = `${state.made}`;
      await state.gate;
      const text = number.padEnd(Number(bytes ?? state.bytes));
      if (set !== undefined) reply.header('set-cookie', set);
      const refused = members !== undefined && request.viewer === null;
      return reply
        .code(refused ? 404 : Number(status ?? 200))
        .header('etag', weakTag('x'))
        .send(text);
    });
  }
  app.get('/never', async () => `${(state.made += 1)}`);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
    const lines = [...answer.headers].filter(([name]) => name !== 'date');
    return { status: answer.status, text: await answer.text(), headers: new Map(lines) };
  };
  /** Whether the same request is answered from the cache now. */
  const isCached = async (path: string, headers: Record<string, string> = {}) => {
    const before = state.made;
    await get(path, headers);
    return state.made === before;
  };
  const hits: Hit[] = [];
  cache.onHit((hit) => hits.push(hit));
  return { state, versions, get, isCached, hits, port, stop: cache.stop };
}
