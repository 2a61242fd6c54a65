import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { test, type TestContext } from 'node:test';
import fastify from 'fastify';
import { registerAnswerBudget } from './answer-budget.ts';

const LARGE = 'x'.repeat(20 * 1024 * 1024);
/** More than the limit has room for. */
const MANY = 30;

/** A server with large answers: at `/`, and at `/late` once its client has gone. */
async function serve(t: TestContext) {
  const app = fastify({ forceCloseConnections: true });
  registerAnswerBudget(app, ({ ip }) => ip);
  let late = 0;
  app.route({ method: ['GET', 'POST'], url: '/', handler: async () => LARGE });
  app.get('/late', async (_request, reply) => {
    late++;
    await once(reply.raw, 'close');
    return LARGE;
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => app.close());
  return { url, late: () => late };
}

/** Asks on a connection of its own, and never reads the body. */
async function statusOf(
  url: string,
  { method = 'GET', localAddress = '127.0.0.1' } = {},
): Promise<number | undefined> {
  const asking = request(url, { method, localAddress, agent: false }).end();
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  return answer.statusCode;
}

test('beyond the limit a large answer is refused, but never that of a write', async (t) => {
  const { url } = await serve(t);
  const addresses = Array.from({ length: MANY }, (_, n) => ({ localAddress: `127.0.0.${n + 1}` }));
  const statuses = await Promise.all(addresses.map((from) => statusOf(url, from)));
  assert.equal(statuses.filter((status) => status === 200).length, 19);
  assert.equal(statuses.filter((status) => status === 503).length, MANY - 19);
  assert.equal(await statusOf(url, { method: 'POST' }), 200);
});

test('one client that reads nothing leaves room for others', async (t) => {
  const { url } = await serve(t);
  const statuses = await Promise.all(Array.from({ length: MANY }, () => statusOf(url)));
  assert.deepEqual(new Set(statuses), new Set([200, 503]));
  assert.equal(await statusOf(url, { localAddress: '127.0.0.2' }), 200);
});

test('an answer whose client has gone before it was ready holds nothing', async (t) => {
  const { url, late } = await serve(t);
  for (let n = 1; n <= MANY; n++) {
    const left = new AbortController();
    const asked = fetch(`${url}/late`, { signal: left.signal });
    while (late() < n) await new Promise(setImmediate);
    left.abort();
    await assert.rejects(asked);
  }
  assert.equal(await statusOf(url), 200);
});
