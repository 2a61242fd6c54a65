import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertError } from '../support/client.ts';
import { FAULTS } from '../support/servers/fault-proxy.ts';
import { startNodes } from '../support/processes/nodes.ts';
import { photo } from '../support/pictures.ts';
import { startTraffic, type Traffic } from '../support/processes/traffic.ts';
import { type Running, upload, uploaded } from '../support/processes/trouble.ts';
import { until } from '../support/until.ts';
import { createVisitor, type Visitor } from '../support/visitor.ts';

const PICTURE = await photo({ width: 60, height: 40 });

/** Enough for a busy machine; milliseconds. */
const TIMEOUT = 9 * 60_000;

test('two nodes on one PostgreSQL and one S3 behind nginx', { timeout: TIMEOUT }, async (t) => {
  const nodes = await startNodes(t);
  const ann = await nodes.entry.person();
  /** Ann's browsers, signed in at one node each. */
  const browsers = nodes.both.map(({ url }) => createVisitor(url));
  for (const browser of browsers) await browser.signIn(ann);

  /** The same browser at another node. */
  function at({ url }: Running, browser: Visitor): Visitor {
    const same = createVisitor(url);
    for (const [name, value] of browser.cookies) same.cookies.set(name, value);
    return same;
  }

  async function verifySignedIn(): Promise<void> {
    for (const node of nodes.both) {
      for (const browser of browsers) {
        assert.equal((await at(node, browser).get('/account')).status, 200);
      }
      assert.equal((await node.api('GET', '/api/users/me', { token: ann.token })).status, 200);
    }
  }

  async function answers(status: number, path = '/health/ready'): Promise<void> {
    for (const { api } of nodes.both) {
      await until(`a ${status}`, async () => {
        return (await api('GET', path)).status === status || undefined;
      });
    }
  }

  await t.test('what is written at one is read at the other', async () => {
    const [first, second] = nodes.both;
    const post = await first.post(ann.token);
    assert.deepEqual((await second.api('GET', `/api/posts/${post.id}`)).body, post);
    assert.match((await createVisitor(second.url).get('/')).text, /A title/);
    const path = await uploaded(first, ann, PICTURE);
    assert.equal((await second.api('GET', path)).status, 200);
    const next = await uploaded(second, ann, PICTURE);
    assert.equal((await first.api('GET', next)).status, 200);
    assert.equal((await second.api('GET', path)).status, 404);
  });

  await t.test('a session begun at one is good at the other, and ends for both', async () => {
    const [first, second] = nodes.both;
    const browser = createVisitor(first.url);
    await browser.signIn(ann);
    const elsewhere = at(second, browser);
    assert.equal((await elsewhere.get('/account')).status, 200);
    assert.equal((await browser.post('/logout')).status, 303);
    assert.match((await elsewhere.get('/account')).location, /^\/login/);
  });

  await t.test('wrong passwords at one and the other count together', async () => {
    const limited = await nodes.startMore({ RATE_LIMITS: 'on' });
    for (let tries = 0; tries < 10; tries++) {
      const { login } = limited[tries % 2] as Running;
      assert.equal((await login(ann.email, 'not the password')).status, 401);
    }
    for (const { login } of limited) {
      assertError(await login(ann.email, ann.password), 429, 'Too many requests');
    }
  });

  const TROUBLE: Record<string, (traffic: Traffic) => Promise<void>> = {
    'each is killed in turn': async (traffic) => {
      // So that some are always being stored or replaced.
      nodes.store.choose(({ method }) => (method === 'GET' ? undefined : FAULTS.slow(100)));
      for (let which: 0 | 1 = 0, rounds = 0; rounds < 2 || traffic.answered(502) < 3; rounds++) {
        await traffic.during({ 502: 'unsure' }, () => nodes.kill(which));
        await traffic.more(5);
        await nodes.restart(which);
        which = which === 0 ? 1 : 0;
      }
      nodes.store.choose(() => undefined);
    },
    'PostgreSQL crashes and comes back': async (traffic) => {
      const away = { '503 Database unavailable': 'unsure', 503: 'refused' } as const;
      await traffic.during(away, async () => {
        await nodes.postgres.stop('immediate');
        await answers(503, '/api/posts');
        for (const node of nodes.both) {
          assertError(await upload(node, ann, PICTURE), 503, 'Database unavailable');
          assert.equal((await at(node, browsers[0] as Visitor).get('/account')).status, 503);
        }
        await nodes.postgres.start();
        await answers(200, '/api/posts');
      });
    },
    'S3 goes and comes back': async (traffic) => {
      await traffic.during({ '503 Media unavailable': 'refused' }, async () => {
        await nodes.store.shut();
        for (const node of nodes.both) {
          assertError(await upload(node, ann, PICTURE), 503, 'Media unavailable');
        }
        await answers(503);
        await nodes.store.open();
      });
    },
  };
  for (const [what, happen] of Object.entries(TROUBLE)) {
    await t.test(
      `${what} amid uploads: none that was taken is lost, nothing is left, nobody is signed out`,
      async () => {
        const people = await Promise.all(Array.from({ length: 4 }, () => nodes.entry.person()));
        const traffic = startTraffic(nodes.entry.url, people, PICTURE);
        try {
          await traffic.more(10);
          await happen(traffic);
          await traffic.more(10);
        } finally {
          await traffic.end();
        }
        await answers(200);
        await verifySignedIn();
        for (const node of nodes.both) {
          await traffic.verify(node);
          await uploaded(node, ann, PICTURE);
        }
        await nodes.verifyLedger();
      },
    );
  }

  await t.test('both end well', () => nodes.stop());
});
