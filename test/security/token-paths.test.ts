import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { newOwnerLink } from '../../src/users/owner-link.service.ts';
import { createClient, type Answer } from '../support/client.ts';
import { linksOf } from '../support/visitor.ts';
import { startWithRoutes } from './routes.ts';

const server = await startWithRoutes();
after(() => server.stop());
const client = createClient(server.url);

function assertSecret({ headers }: Pick<Answer, 'headers'>, path: string): void {
  assert.equal(headers.get('cache-control'), 'private, no-store', path);
  assert.equal(headers.get('referrer-policy'), 'no-referrer', path);
  assert.equal(headers.get('x-robots-tag'), 'noindex', path);
}

test('what is answered at an address with a token is stored by nobody and named to no other page', async () => {
  const withToken = server.routes.filter(({ url }) => url.includes(':token'));
  assert.ok(withToken.length > 8);
  for (const { method, url } of withToken) {
    const path = url.replace(':token', 'an-unknown-token');
    assertSecret(await client.api(method, path, method === 'POST' ? { form: {} } : {}), path);
  }
});

test('nor is the login that leads back to such an address', async () => {
  const link = (await newOwnerLink(server.context)) ?? '';
  const { pathname } = new URL(link);
  const page = await client.api('GET', pathname);
  assert.equal(page.status, 200, page.text);
  const links = linksOf({ ...page, location: '' });
  const logins = [...new Set(links.filter((path) => path.startsWith('/login?')))];
  assert.deepEqual(logins, [`/login?next=${encodeURIComponent(pathname)}`]);
  for (const path of [...logins, `/login?next=/blog${pathname}`, `/login?next=/%6aoin/x`]) {
    assertSecret(await client.api('GET', path), path);
  }
  const login = await client.api('GET', '/login?next=/account');
  assert.equal(login.headers.get('referrer-policy'), 'same-origin');
});
