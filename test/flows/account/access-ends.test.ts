import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createClient, type Person } from '../../support/client.ts';
import { openBlog } from '../../support/blog.ts';
import { addMembersPicture } from '../../support/pictures/members-picture.ts';
import { mediaVariables } from '../../support/pictures/media.ts';
import { resetToken } from '../../support/servers/outbox.ts';
import { databaseVariables } from '../../support/databases/postgres.ts';
import { startServer } from '../../support/server.ts';
import { spawnMasthead } from '../../support/processes/service.ts';
import { createVisitor, type Visitor } from '../../support/visitor.ts';

const { server, client } = await openBlog();
const { database } = server.context.config;
/** Another node. */
const other = await startServer({
  DATABASE_URL: database.kind === 'sqlite' ? `sqlite:///${database.file}` : database.url,
  SECRET_KEY: Buffer.from(server.context.config.secretKey).toString(),
});
after(() => other.stop());
const there = createClient(other.url);

const picture = await addMembersPicture(client, await client.person());

const NEXT = 'a password that is new';
const form = { new_password: NEXT, confirm_password: NEXT };

/** The same browser at the other node. */
function elsewhere({ cookies }: Visitor): Visitor {
  const same = createVisitor(other.url);
  for (const [name, value] of cookies) same.cookies.set(name, value);
  return same;
}

async function masthead(...args: string[]): Promise<void> {
  const { dataDir } = server;
  const stores = { ...(await databaseVariables(dataDir)), ...(await mediaVariables(dataDir)) };
  const command = spawnMasthead(dataDir, { DATA_DIR: dataDir, ...stores }, { args });
  const { code, output } = await command.ended;
  assert.equal(code, 0, output);
}

/** What ends her session, at the other node or in another process; `tokens`: ends access tokens too. */
const ENDINGS: Record<
  string,
  { tokens: boolean; end: (ann: Person, browser: Visitor) => Promise<unknown> }
> = {
  'a logout': { tokens: false, end: (_, browser) => elsewhere(browser).post('/logout') },
  'another browser that ends all others': {
    tokens: false,
    end: async (ann) => {
      const second = createVisitor(other.url);
      await second.signIn(ann);
      return second.post('/account/sessions/end-others');
    },
  },
  'a change of password by the API': {
    tokens: true,
    end: ({ password, token }) => {
      const json = { current_password: password, new_password: NEXT };
      return there.api('PATCH', '/api/users/me/password', { token, json });
    },
  },
  'a change of password by the page': {
    tokens: true,
    end: async (ann) => {
      const second = createVisitor(other.url);
      await second.signIn(ann);
      return second.post('/account/password', { ...form, current_password: ann.password });
    },
  },
  'a reset': {
    tokens: true,
    end: async ({ email }) => {
      await there.api('POST', '/api/users/forgot-password', { json: { email } });
      const token = await resetToken(other.dataDir, email);
      return createVisitor(other.url).post('/reset-password', { ...form, token });
    },
  },
  'a suspension': {
    tokens: true,
    end: ({ id }) =>
      other.context.db
        .updateTable('users')
        .set({ state: 'suspended' })
        .where('id', '=', id)
        .execute(),
  },
  'the end of the account': {
    tokens: true,
    end: ({ id, token }) => there.api('DELETE', `/api/users/${id}`, { token }),
  },
  'the end of the account by the command line': {
    tokens: true,
    end: ({ email }) => masthead('user', 'delete', email),
  },
};

for (const [what, { tokens, end }] of Object.entries(ENDINGS)) {
  test(`after ${what} elsewhere the next request with the old cookie or token is refused here`, async () => {
    const ann = await client.person();
    const browser = createVisitor(server.url);
    await browser.signIn(ann);
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
    const home = () => createVisitor(server.url).get('/', { cookie });
    const me = () => client.api('GET', '/api/users/me', { token: ann.token });
    const file = (sent: object) => client.api('GET', picture.path, sent);
    const byCookie = { headers: { cookie } };
    for (const _ of [1, 2]) {
      assert.match((await home()).text, /href="\/account"/);
      for (const sent of [byCookie, { token: ann.token }]) {
        assert.equal((await file(sent)).status, 200);
      }
    }
    assert.equal((await me()).status, 200);
    await end(ann, browser);
    assert.equal((await file(byCookie)).status, 404);
    assert.equal((await file({ token: ann.token })).status, tokens ? 404 : 200);
    const [page, account] = [await home(), await me()];
    assert.equal(page.status, 200);
    assert.doesNotMatch(page.text, /href="\/account"/);
    assert.match(page.text, />Login</);
    assert.equal(account.status, tokens ? 401 : 200);
    assert.equal((await createVisitor(server.url).get('/account', { cookie })).status, 303);
  });
}
