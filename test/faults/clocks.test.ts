import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertUnauthorized, type Person } from '../support/client.ts';
import { HOUR, openLedger } from '../support/pictures/ledger.ts';
import { photo } from '../support/pictures.ts';
import { newPlace, type Place, type Running, stop } from '../support/processes/trouble.ts';
import { upload, uploaded, verifyLedger } from '../support/processes/trouble.ts';
import { until } from '../support/until.ts';
import { createVisitor } from '../support/visitor.ts';

const SHIFTED = import.meta.resolve('../support/processes/shifted-clock.ts');
const PICTURE = await photo({ width: 60, height: 40 });

/** Variables for a process whose clock is off by the hours given to `set`. */
function shiftedClock({ folder }: Place) {
  const file = join(folder, 'clock-shift');
  const set = (hours: number) => writeFileSync(file, String(hours * HOUR));
  set(0);
  return { set, variables: { NODE_OPTIONS: `--import=${SHIFTED}`, CLOCK_SHIFT: file } };
}

async function resetLink(place: Place, { email }: Person): Promise<string> {
  const { code, output } = await place.run(['user', 'reset-link', email]);
  assert.equal(code, 0, output);
  return /token=([\w-]+)/.exec(output)?.[1] ?? assert.fail(output);
}

function reset({ api }: Running, token: string) {
  const json = { token, new_password: 'a new password' };
  return api('POST', '/api/users/reset-password', { json });
}

/** Asserts that her token, session and picture are unchanged. */
async function assertNothingLost(
  { api }: Running,
  { person, visitor, picture }: { person: Person; visitor: Visitor; picture: string },
): Promise<void> {
  const me = await api('GET', '/api/users/me', { token: person.token });
  assert.deepEqual([me.status, me.body['image_path']], [200, picture]);
  assert.equal((await api('GET', picture)).status, 200);
  assert.equal((await visitor.get('/account')).status, 200);
}

type Visitor = ReturnType<typeof createVisitor>;

test('a server and sweeps two hours ahead delete nothing of a server whose clock is right', async (t) => {
  const place = await newPlace(t);
  const right = await place.start();
  const ann = await right.person();
  const visitor = createVisitor(right.url);
  await visitor.signIn(ann);
  const link = await resetLink(place, ann);
  const { set, variables } = shiftedClock(place);
  set(2);

  const ahead = await place.start(variables);
  const swept = { over: false };
  const sweeps = (async () => {
    for (; !swept.over;) {
      const { code, output } = await place.run(['media', 'sweep'], variables);
      assert.equal(code, 0, output);
    }
  })();
  const pictures = new Set<string>();
  for (let n = 0; n < 15; n++) pictures.add(await uploaded(right, ann, PICTURE));
  swept.over = true;
  await sweeps;
  assert.equal(pictures.size, 15);
  const picture = [...pictures].at(-1) ?? '';
  await assertNothingLost(right, { person: ann, visitor, picture });
  assert.equal((await ahead.api('GET', picture)).status, 200);
  const expired = await ahead.api('GET', '/api/users/me', { token: ann.token });
  assertUnauthorized(expired, 'Invalid or expired token');
  assert.equal((await reset(right, link)).status, 200);
  await Promise.all([stop(right), stop(ahead)]);
  await verifyLedger(place.dataDir);
});

test('a clock that jumps ahead and back: what expired meanwhile is valid again, nothing is deleted', async (t) => {
  const place = await newPlace(t);
  const { set, variables } = shiftedClock(place);
  const server = await place.start(variables);
  const { api } = server;
  const ann = await server.person();
  const visitor = createVisitor(server.url);
  await visitor.signIn(ann);
  const link = await resetLink(place, ann);
  const first = await uploaded(server, ann, PICTURE);

  set(2);
  const late = await api('GET', '/api/users/me', { token: ann.token });
  assertUnauthorized(late, 'Invalid or expired token');
  assert.equal((await reset(server, link)).status, 400);
  assert.equal((await visitor.get('/account')).status, 200);
  assert.equal((await place.run(['media', 'sweep'], variables)).code, 0);
  const { body } = await server.login(ann.email, ann.password);
  const second = await uploaded(server, { ...ann, token: body.access_token }, PICTURE);

  set(-2);
  await assertNothingLost(server, { person: ann, visitor, picture: second });
  assert.equal((await api('GET', first)).status, 404);
  const third = await uploaded(server, ann, PICTURE);
  assert.equal((await place.run(['media', 'sweep'], variables)).code, 0);

  set(0);
  await assertNothingLost(server, { person: ann, visitor, picture: third });
  assert.equal((await reset(server, link)).status, 200);
  await stop(server);
  await verifyLedger(place.dataDir);
});

test('a clock that was set back does not keep an old answer of /health alive', async (t) => {
  const place = await newPlace(t);
  const { set, variables } = shiftedClock(place);
  const server = await place.start(variables);
  assert.equal((await server.api('GET', '/health')).status, 200);
  set(-2);
  const media = join(place.dataDir, 'media');
  await rename(media, `${media}-away`);
  await until('bad health', async () => {
    const { status } = await server.api('GET', '/health');
    return status === 503 || undefined;
  });
});

test('an upload interrupted while the clock was years ahead is finished once the clock is right', async (t) => {
  const place = await newPlace(t);
  const { set, variables } = shiftedClock(place);
  set(10 * 365 * 24);
  const server = await place.start(variables);
  const ann = await server.person();
  await uploaded(server, ann, PICTURE);
  // The state of a server that died before its transaction.
  const { db } = await openLedger(place.dataDir);
  await db.updateTable('users').set({ picture_key: null }).execute();
  const due = (Date.now() + 10 * 365 * 24 * HOUR) * 1000;
  await db.updateTable('pictures').set({ state: 'pending', due_at: due }).execute();
  await db.destroy();
  await stop(server);
  await verifyLedger(place.dataDir, { hours: 0 });
});

test('uploads at a server whose clock is behind or ahead succeed', async (t) => {
  const place = await newPlace(t);
  const { set, variables } = shiftedClock(place);
  const server = await place.start(variables);
  for (const hours of [-2, 2]) {
    set(hours);
    const person = await server.person();
    const answer = await upload(server, person, PICTURE);
    assert.equal(answer.status, 200, answer.text);
    await server.post(person.token);
  }
  await stop(server);
  await verifyLedger(place.dataDir, { hours: 0 });
});
