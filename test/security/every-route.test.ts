import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createClient } from '../support/client.ts';
import { BY_EITHER, DECISIONS, FROM_ANYWHERE } from './decisions.ts';
import type { Decision } from './decisions/decision.ts';
import { visitAll, type Visit } from './every-route.ts';
import { SECRET_KEY } from './people.ts';
import { nameOf, startWithRoutes } from './routes.ts';

const SHARED_JSON = [
  'GET /api/posts',
  'GET /api/posts/:post_id',
  'GET /api/posts/:post_id/rendered',
  'GET /api/posts/:post_id/comments',
  'GET /api/posts/:post_id/details',
  'GET /api/tags',
  'GET /api/users/:user_id',
  'GET /api/users/:user_id/posts',
];

const server = await startWithRoutes({ SECRET_KEY, METRICS_TOKEN: 'the-token-of-the-host' });
after(() => server.stop());
const visits = await visitAll(server, createClient(server.url));

const header = ({ answer }: Visit, name: string) => answer.headers.get(name) ?? '';
const told = ({ route, actor, answer }: Visit) =>
  `${route} as ${actor}: ${answer.status} ${answer.text.slice(0, 300)}`;
const isApi = ({ route }: Visit) => route.includes(' /api');
const isGet = ({ route }: Visit) => route.startsWith('GET');
const isPage = (visit: Visit) => header(visit, 'content-type').startsWith('text/html');
/** Public answers, when read without a token. */
const isSharedJson = ({ route, actor, answer }: Visit) =>
  SHARED_JSON.includes(route) && actor !== 'owner' && actor !== 'another' && answer.status === 200;
/** Answers about no user, which anyone may store. */
const isFile = ({ route }: Visit) => /^GET \/(?:static|media|docs|redoc|openapi)/.test(route);

test('for every route it is decided who may use it', () => {
  const routes = server.routes.map(nameOf).toSorted();
  assert.deepEqual(routes, Object.keys(DECISIONS).toSorted());
});

test('every route answers as decided', () => {
  for (const visit of visits) {
    const [anonymous, another, owner] = DECISIONS[visit.route] as Decision;
    const foreign = !isApi(visit) && !isGet(visit) && !FROM_ANYWHERE.includes(visit.route);
    const expected = {
      anonymous,
      crossed: BY_EITHER.includes(visit.route) ? owner : anonymous,
      another,
      'other site': isApi(visit) ? anonymous : foreign ? 403 : owner,
      owner,
    }[visit.actor];
    const location = header(visit, 'location');
    const got = location.startsWith('/login?next=') ? 'login' : visit.answer.status;
    assert.equal(got, expected, told(visit));
  }
});

test('a user’s data is changed by nobody else, by no other site, and by no read', () => {
  const changes = visits.filter(({ touched }) => touched);
  for (const visit of changes) {
    assert.ok(visit.actor === 'owner' && !isGet(visit), told(visit));
  }
  // Everything an owner may change was changed, so these requests were valid.
  const changing = new Set(changes.map(({ route }) => route));
  const without = Object.keys(DECISIONS).filter(
    // test/security/roles.test.ts is about what roles allow.
    (route) =>
      !/^GET|^POST (?:\/api)?\/(?:admin|tags)\/|\/moderate\/|\/correct$/.test(route) &&
      !changing.has(route),
  );
  assert.deepEqual(without, [
    'POST /api/users',
    'POST /api/users/token',
    'POST /api/users/forgot-password',
    'POST /api/users/reset-password',
    'POST /register',
    'POST /forgot-password',
    'POST /reset-password',
    'POST /owner/:token',
    'POST /owner/:token/register',
    'POST /join/:token',
    'POST /confirm-email',
    // Only reads; a form, so that no other site can trigger it.
    'POST /posts/preview',
    // Only editors pin.
    'POST /posts/:post_id/pin',
    'POST /posts/:post_id/unpin',
    // For editors.
    'POST /comments/:comment_id/remove',
    'POST /comments/:comment_id/restore',
    'POST /account/download',
    // Their only session is the requesting one.
    'POST /account/sessions/end-others',
  ]);
});

test('no route accepts a value that only the server may set', () => {
  for (const visit of visits) assert.equal(visit.forged, false, told(visit));
});

test('an e-mail address is shown only to its owner, a password or hash to nobody', () => {
  for (const visit of visits) {
    const { answer, owner, actor } = visit;
    const everything = answer.text + JSON.stringify([...answer.headers]);
    if (!['owner', 'other site'].includes(actor)) {
      // A refused login form shows what was typed.
      const typed = visit.route === 'POST /login';
      assert.ok(typed || !everything.includes(owner.email), told(visit));
    }
    assert.ok(!everything.includes(owner.password), told(visit));
    assert.doesNotMatch(everything, /argon2|password_hash"|token_version/, told(visit));
  }
});

test('every answer has the security headers', () => {
  for (const visit of visits) {
    const policy = header(visit, 'content-security-policy');
    assert.match(policy, /default-src 'none'/, told(visit));
    assert.match(policy, visit.route === 'GET /media/*' ? /sandbox/ : /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe-|\*|https?:|nonce-/, told(visit));
    assert.equal(header(visit, 'x-content-type-options'), 'nosniff', told(visit));
    assert.match(header(visit, 'referrer-policy'), /^(?:same-origin|no-referrer)$/, told(visit));
    if (visit.answer.text === '') continue;
    const type = header(visit, 'content-type');
    assert.match(
      type,
      /^(?:application\/(?:(?:(?:manifest|feed)\+)?json|(?:atom\+)?xml|zip$)|(?:text|image)\/)/,
      told(visit),
    );
    if (type.startsWith('text/')) assert.match(type, /; charset=utf-8$/i, told(visit));
  }
});

test('no answer can be read by other origins or names the software', () => {
  for (const visit of visits) {
    for (const [name, value] of visit.answer.headers) {
      assert.doesNotMatch(
        name,
        /^(?:access-control-|server$|via$|x-powered|x-aspnet)/,
        told(visit),
      );
      assert.doesNotMatch(value, /fastify|node\.?js|sqlite/i, told(visit));
    }
  }
});

test('nothing private may be stored by a browser or proxy', () => {
  for (const visit of visits) {
    const caching = header(visit, 'cache-control');
    if (isSharedJson(visit)) {
      assert.equal(caching, 'public, max-age=0, must-revalidate', told(visit));
      assert.match(header(visit, 'vary'), /Authorization/, told(visit));
    } else if (isApi(visit)) assert.match(caching, /no-store/, told(visit));
    else if (isPage(visit) && visit.signedIn && !isFile(visit)) {
      assert.equal(caching, 'private, no-store', told(visit));
      assert.match(header(visit, 'vary'), /Cookie/i, told(visit));
    }
    if (visit.answer.status >= 400) assert.match(caching, /no-store/, told(visit));
    if (header(visit, 'set-cookie') !== '') assert.doesNotMatch(caching, /public/, told(visit));
  }
});

test('every page of a signed-in user links to the account, which has a button to log out', () => {
  const pages = visits.filter(
    (visit) => isPage(visit) && !isFile(visit) && visit.actor === 'owner' && isGet(visit),
  );
  assert.ok(pages.length > 10);
  for (const visit of pages) {
    assert.match(visit.answer.text, /<a[^>]* href="\/account"/, told(visit));
    if (visit.route !== 'GET /account') continue;
    assert.match(visit.answer.text, /<form[^>]* action="\/logout"/, told(visit));
  }
});

test('password fields hide the text and allow pasting', () => {
  let fields = 0;
  for (const visit of visits.filter(isPage)) {
    for (const [field, name] of visit.answer.text.matchAll(/<input[^>]* name="(\w+)"[^>]*>/g)) {
      if (!name?.includes('password')) continue;
      fields += 1;
      assert.match(field, /type="password"/, told(visit));
      assert.doesNotMatch(field, / value=|maxlength|onpaste|autocomplete="off"/, told(visit));
    }
  }
  assert.ok(fields > 20);
});

test('a cookie is set by a login and a change of password only, and with all its attributes', () => {
  const setting = new Set<string>();
  for (const visit of visits) {
    const [line, ...more] = visit.answer.headers.getSetCookie();
    assert.deepEqual(more, [], told(visit));
    if (line === undefined) continue;
    assert.match(line, /^session=[\w-]*; /, told(visit));
    assert.match(line, /; Path=\/; .*HttpOnly; SameSite=Lax$/, told(visit));
    assert.doesNotMatch(line, /domain/i, told(visit));
    if (!line.startsWith('session=;')) setting.add(`${visit.route} as ${visit.actor}`);
  }
  assert.deepEqual([...setting].toSorted(), [
    'POST /account/password as another',
    'POST /account/password as owner',
    'POST /login as another',
    'POST /login as owner',
  ]);
});
