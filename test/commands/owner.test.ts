import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createClient } from '../support/client.ts';
import { mediaVariables } from '../support/pictures/media.ts';
import { databaseVariables } from '../support/databases/postgres.ts';
import { freePort } from '../support/servers/ports.ts';
import { spawnMasthead } from '../support/processes/service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { createVisitor } from '../support/visitor.ts';

/** Starts of one blog after another. */
async function place(t: TestContext, own?: Record<string, string>) {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'data');
  const stores = { ...(await databaseVariables(data)), ...(await mediaVariables(data)) };
  return async () => {
    const variables = own ?? { PORT: '0', FRONTEND_URL: 'https://blog.example/garden' };
    const given = { ...variables, ...stores, DATA_DIR: data, LOG_LEVEL: 'trace' };
    const service = spawnMasthead(folder, given);
    t.after(async () => {
      service.kill('SIGKILL');
      await service.ended;
    });
    const url = await service.url();
    const stop = async () => {
      service.kill('SIGTERM');
      return (await service.ended).output;
    };
    return { ...service, url, stop };
  };
}

const LINK = /^Masthead is at http\S+\nhttps:\/\/blog\.example\/garden\/owner\/([\w-]{43})\nOpen /m;

test('each start of a blog without an owner prints a link right after its address, and logs it nowhere', async (t) => {
  const start = await place(t);
  const first = await start();
  const [, old = ''] = await first.says(LINK);
  const person = await createClient(first.url).person();
  await first.stop();

  const second = await start();
  const [, token = ''] = await second.says(LINK);
  assert.notEqual(token, old);
  const browser = createVisitor(second.url, { 'x-forwarded-proto': 'https' });
  const session = await browser.post('/login', {
    username: person.email,
    password: person.password,
  });
  const cookie = session.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const ask = (method: string, path: string) =>
    browser.ask(method, path, { headers: { cookie }, ...(method === 'POST' && { form: {} }) });
  assert.equal((await ask('POST', `/owner/${old}`)).status, 404);
  assert.equal((await ask('GET', `/owner/${token}`)).status, 200);
  assert.equal((await ask('GET', `/owner/${token}/`)).status, 307);
  assert.equal((await ask('POST', `/owner/${token}`)).status, 303);
  const output = await second.stop();
  const lines = output.split('\n').filter((line) => line.includes(token));
  assert.deepEqual(lines, [`https://blog.example/garden/owner/${token}`]);
  assert.match(output, /"path":"\/owner\/:token"/);

  const third = await start();
  await third.says(/Masthead is at/);
  const client = createClient(third.url);
  assert.equal((await client.api('GET', '/health')).status, 200);
  assert.doesNotMatch(await third.stop(), /owner\//);
});

test('without a proxy, the printed address is the one that the link begins with', async (t) => {
  const PORT = String(await freePort());
  for (const own of [{ PORT }, { PORT, FRONTEND_URL: `http://127.0.0.1:${PORT}/garden` }]) {
    const start = await place(t, own);
    const { says, stop } = await start();
    const [, address, link] = await says(/^Masthead is at (http\S+).*\n(http\S+)\/owner\//m);
    assert.equal(link, address);
    assert.equal(address, own.FRONTEND_URL ?? `http://localhost:${PORT}`);
    await stop();
  }
});
