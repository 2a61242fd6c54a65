import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Role, UserRow } from '../../src/db/schema.ts';
import { createClient } from '../support/client.ts';
import { DECISIONS } from './decisions.ts';
import type { Decision } from './decisions/decision.ts';
import { OF_ROLES } from './decisions/roles.ts';
import { answersOf } from './every-route.ts';
import { SECRET_KEY } from './people.ts';
import { startWithRoutes } from './routes.ts';

const server = await startWithRoutes({ SECRET_KEY, METRICS_TOKEN: 'the-token-of-the-host' });
after(() => server.stop());
const client = createClient(server.url);

const PEOPLE: Record<string, { role: Role; state: UserRow['state'] }> = {
  owner: { role: 'owner', state: 'active' },
  editor: { role: 'editor', state: 'active' },
  reader: { role: 'reader', state: 'active' },
  waiting: { role: 'member', state: 'waiting' },
  suspended: { role: 'owner', state: 'suspended' },
};

for (const [name, account] of Object.entries(PEOPLE)) {
  test(`every route answers ${name}, about somebody else's post and account, as decided`, async () => {
    for (const [route, got] of await answersOf(server, client, account)) {
      const [anonymous, another] = DECISIONS[route] as Decision;
      const expected = OF_ROLES[name]?.[route] ?? (name === 'suspended' ? anonymous : another);
      assert.equal(got.status, expected, `${route} as ${name}: ${got.text}`);
    }
  });
}

test('each exception for a role is of a route that is there', () => {
  for (const route of Object.values(OF_ROLES).flatMap(Object.keys)) {
    assert.ok(Object.hasOwn(DECISIONS, route), route);
  }
});
