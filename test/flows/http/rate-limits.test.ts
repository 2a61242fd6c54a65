import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TooManyRequests } from '../../../src/errors.ts';
import { logIn } from '../../../src/users/passwords.service.ts';
import { assertError, createClient, type Answer, type Person } from '../../support/client.ts';
import { fileBody, multipart, MULTIPART } from '../../support/multipart.ts';
import { mails, resetToken } from '../../support/servers/outbox.ts';
import { photo } from '../../support/pictures.ts';
import { head, openRaw } from '../../support/servers/raw.ts';
import { openBlog } from '../../support/blog.ts';
import { startServer } from '../../support/server.ts';
import { createVisitor, summaryOf, titleOf } from '../../support/visitor.ts';

/** Behind one proxy, so that a test can use any address. */
const { server, client } = await openBlog({ RATE_LIMITS: 'on', TRUST_PROXY: '1' });

const upload = (bytes: Buffer) => ({ body: fileBody(bytes), headers: MULTIPART });
const from = (address: string) => ({ 'x-forwarded-for': address });

function login({ email }: Person, password: string, address: string): Promise<Answer> {
  const form = { username: email, password };
  return client.api('POST', '/api/users/token', { form, headers: from(address) });
}

function assertTooMany(answer: Answer, seconds: number): void {
  assertError(answer, 429, 'Too many requests');
  const wait = Number(answer.headers.get('retry-after'));
  assert.ok(wait > 0 && wait <= seconds, `Retry-After: ${wait}`);
}

test('after ten wrong passwords in 15 minutes, even the right one is refused', async () => {
  const ann = await client.person();
  const bob = await client.person();
  for (let time = 0; time < 10; time++) {
    // Another case or spelling of the address is the same account.
    const person = { ...ann, email: time % 2 ? ann.email : ann.email.toUpperCase() };
    assertError(await login(person, 'wrong', '192.0.2.1'), 401, 'Incorrect email or password');
  }
  assertTooMany(await login(ann, 'wrong', '192.0.2.1'), 900);
  assertTooMany(await login(ann, ann.password, '192.0.2.1'), 900);
  assert.equal((await login(ann, ann.password, '192.0.2.2')).status, 200, 'from elsewhere');
  assertTooMany(await login(ann, ann.password, '192.0.2.1'), 900);
  assert.equal((await login(bob, bob.password, '192.0.2.1')).status, 200, 'somebody else');
});

test('the port that a proxy sends with an address does not make another sender', async () => {
  const senders: [string, (n: number) => string][] = [
    ['192.0.2.12', (n) => `192.0.2.12:${4711 + n}`],
    ['2001:db8:c::1', (n) => `[2001:db8:c::1]:${443 + n}`],
    ['what is not an address', (n) => `unknown${n}`],
  ];
  for (const [sender, withPort] of senders) {
    const ann = await client.person();
    for (let time = 0; time < 10; time++) {
      assert.equal((await login(ann, 'wrong', withPort(time))).status, 401);
    }
    assert.equal((await login(ann, ann.password, withPort(99))).status, 429, sender);
    assert.equal((await login(ann, ann.password, '192.0.2.13:1')).status, 200, 'from elsewhere');
  }
});

test('a right password resets the count', async () => {
  const ann = await client.person();
  for (let round = 0; round < 3; round++) {
    for (let time = 0; time < 9; time++) {
      assert.equal((await login(ann, 'wrong', '192.0.2.3')).status, 401);
    }
    assert.equal((await login(ann, ann.password, '192.0.2.3')).status, 200);
  }
});

test('of a hundred guesses at once, only ten are verified', async () => {
  const nobody = { ...(await client.person()), email: 'nobody@example.com' };
  const guesses = Array.from({ length: 100 }, () => login(nobody, 'wrong', '192.0.2.4'));
  const statuses = (await Promise.all(guesses)).map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 401).length, 10);
  assert.equal(statuses.filter((status) => status === 429).length, 90);
});

test('the right guess among a hundred is answered like all after the tenth', async () => {
  const { email, password } = await client.person();
  const guess = (word: string) =>
    logIn(server.context, { email, password: word, address: '192.0.2.10' });
  const wrong = Array.from({ length: 30 }, () => guess('wrong'));
  const right = assert.rejects(guess(password), TooManyRequests);
  await Promise.allSettled(wrong);
  await right;
});

test('a limited account costs no more password hashes', async () => {
  const { context } = server;
  const guess = () =>
    logIn(context, { email: 'none@example.com', password: 'wrong', address: '192.0.2.11' });
  for (let time = 0; time < 10; time++) assert.equal(await guess(), null);
  // More than may wait for a hash.
  const guesses = Array.from({ length: 1000 }, () => assert.rejects(guess(), TooManyRequests));
  await Promise.all(guesses);
});

test('right passwords at the same time are all accepted', async () => {
  const ann = await client.person();
  const logins = Array.from({ length: 30 }, () => login(ann, ann.password, '192.0.2.5'));
  for (const { status } of await Promise.all(logins)) assert.equal(status, 200);
});

test('guesses of the current password on the account page are limited too', async () => {
  const ann = await client.person();
  const change = (current_password: string) =>
    client.api('PATCH', '/api/users/me/password', {
      token: ann.token,
      json: { current_password, new_password: 'another password' },
      headers: from('192.0.2.6'),
    });
  for (let time = 0; time < 10; time++) {
    assertError(await change('wrong'), 400, 'Current password is incorrect');
  }
  assertTooMany(await change(ann.password), 900);
});

test('the form says so too, and keeps what was typed', async () => {
  const ann = await client.person();
  const visitor = createVisitor(server.url, from('192.0.2.7'));
  const guess = { username: ann.email, password: 'wrong' };
  for (let time = 0; time < 10; time++) {
    assert.equal((await visitor.post('/login', guess)).status, 401);
  }
  const refused = await visitor.post('/login', { username: ann.email, password: ann.password });
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  assert.match(summaryOf(refused), /^Too many requests\. Try again in \d+ minutes\.$/);
  assert.match(refused.text, new RegExp(`value="${ann.email}"`));
});

test('a hundred and twenty uploads a minute, whatever they hold; the next costs no body', async () => {
  const ann = await client.person();
  const visitor = createVisitor(server.url);
  await visitor.signIn(ann);
  const picture = await photo({ width: 20, height: 20 });
  const path = `/api/users/${ann.id}/picture`;
  const send = (bytes: Buffer) => client.api('PATCH', path, { token: ann.token, ...upload(bytes) });
  for (let round = 0; round < 6; round++) {
    // Only one round of pictures: all must be sent within the minute, on a busy machine too.
    const isPicture = round === 3;
    const bytes = isPicture ? picture : Buffer.from('no picture');
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(bytes)));
    for (const { status, text } of answers) assert.equal(status, isPicture ? 200 : 400, text);
  }
  assertTooMany(await send(picture), 60);

  const connection = openRaw(server.url);
  const type = MULTIPART['content-type'];
  const authorization = `Bearer ${ann.token}`;
  const headers = { 'Content-Type': type, 'Content-Length': 100_000, authorization };
  await connection.write(head(`PATCH ${path}`, headers));
  assert.equal((await connection.answer).status, 429, 'before the body');
  connection.destroy();

  const page = await visitor.ask('POST', '/account/picture', upload(picture));
  assert.equal(page.status, 429);
  assert.match(titleOf(page), /429/);
  assert.match(page.text, /Too many requests/);
  const bob = await client.person();
  const other = await client.api('PATCH', `/api/users/${bob.id}/picture`, {
    token: bob.token,
    ...upload(picture),
  });
  assert.equal(other.status, 200, 'somebody else');
});

test('a thousand reset mails an hour from one address, by API and form together', async () => {
  const json = { email: 'nobody@example.com' };
  const ask = (address: string) =>
    client.api('POST', '/api/users/forgot-password', { json, headers: from(address) });
  const visitor = createVisitor(server.url, from('2001:db8::7'));
  for (let round = 0; round < 20; round++) {
    // From one network, as a household or a server has it.
    const all = Array.from({ length: 50 }, (_, n) =>
      n === 0 ? visitor.post('/forgot-password', json) : ask(`2001:db8::${round * 50 + n}`),
    );
    for (const { status } of await Promise.all(all)) assert.ok(status === 202 || status === 303);
  }
  assertTooMany(await ask('2001:db8::ffff'), 3600);
  assert.equal((await visitor.post('/forgot-password', json)).status, 429);
  assert.equal((await ask('2001:db8:0:1::1')).status, 202);
});

test('ten reset mails an hour to one account, and the link in the last one works', async () => {
  const [ann, bob] = [await client.person(), await client.person()];
  const ask = async (email: string, address: string) => {
    const sent = { json: { email }, headers: from(address) };
    const answer = await client.api('POST', '/api/users/forgot-password', sent);
    assert.equal(answer.status, 202, answer.text);
  };
  let token = '';
  for (let n = 1; n <= 10; n++) {
    await ask(ann.email, `198.51.100.${n}`);
    token = await resetToken(server.dataDir, ann.email, n);
  }
  await ask(ann.email.toUpperCase(), '198.51.100.11');
  // Mails are sent in the order in which they were asked for.
  await ask(bob.email, '198.51.100.12');
  await resetToken(server.dataDir, bob.email);
  const sent = (await mails(server.dataDir)).filter((mail) => mail.includes(`To: ${ann.email}`));
  assert.equal(sent.length, 10);
  const json = { token, new_password: 'a new password' };
  assert.equal((await client.api('POST', '/api/users/reset-password', { json })).status, 200);
});

test('a thousand registrations an hour from one address', async () => {
  // A taken name costs no password hash, but counts.
  const { username } = await client.person();
  const json = { username, email: 'taken@example.com', password: 'a long password' };
  const ask = (address: string) =>
    client.api('POST', '/api/users', { json, headers: from(address) });
  for (let round = 0; round < 20; round++) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask('192.0.2.8')));
    for (const { status } of answers) assert.equal(status, 400);
  }
  assertTooMany(await ask('192.0.2.8'), 3600);
  assert.equal((await ask('192.0.2.9')).status, 400);
});

test('without a proxy, X-Forwarded-For is ignored', async () => {
  await using direct = await startServer({ RATE_LIMITS: 'on' });
  const form = { username: 'nobody@example.com', password: 'wrong' };
  const guess = (n: number) =>
    createClient(direct.url).api('POST', '/api/users/token', {
      form,
      headers: from(`192.0.2.${n}`),
    });
  for (let time = 0; time < 10; time++) assert.equal((await guess(time)).status, 401);
  assertTooMany(await guess(99), 900);
});

test('120 pictures for posts a minute are taken from one person, over API, pages and the composer', async () => {
  const ann = await client.person();
  const browser = createVisitor(server.url);
  await browser.signIn(ann);
  const sent = upload(Buffer.from('no picture'));
  const ask = () => client.api('POST', '/api/pictures', { token: ann.token, ...sent });
  for (let time = 0; time < 120; time++) assert.equal((await ask()).status, 400, `${time}`);
  assertTooMany(await ask(), 60);
  assert.equal((await browser.ask('POST', '/pictures', sent)).status, 429);
  const form = { title: 'Trip', content: 'Words', format: 'markdown', do: 'pictures' };
  const fields = Object.entries(form).map(([name, data]) => ({ name, data }));
  const picture = { name: 'pictures', filename: 'a.jpg', data: await photo() };
  const body = multipart([...fields, picture]);
  const page = await browser.ask('POST', '/posts/new', { body, headers: MULTIPART });
  assert.match(page.text, /a\.jpg.*Too many requests/s);
});
