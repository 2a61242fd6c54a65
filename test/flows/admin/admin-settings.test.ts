import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { openBlog } from '../../support/blog.ts';
import { mails, resetToken } from '../../support/servers/outbox.ts';
import {
  createVisitor,
  errorsOf,
  statusOf,
  titleOf,
  valuesOf,
  type Visitor,
} from '../../support/visitor.ts';

const { server, client, someone } = await openBlog();

const people: { owner?: Visitor; editor?: Visitor } = {};
before(async () => {
  people.owner = (await someone('owner', 'Olga')).browser;
  people.editor = (await someone('editor', 'Edgar')).browser;
});
const owner = () => people.owner as Visitor;
const editor = () => people.editor as Visitor;

test('invitations: a link to copy once, who used it, and an end', async () => {
  const refused = await editor().post('/admin/invitations', {
    role: 'reader',
    uses: '0',
    days: '91',
    note: 'n'.repeat(201),
  });
  assert.deepEqual(errorsOf(refused), {
    uses: 'Must be a number from 1 to 100.',
    days: 'Must be a number from 1 to 90.',
    note: 'Must be at most 200 characters.',
  });
  const made = await editor().post('/admin/invitations', {
    role: 'reader',
    uses: '2',
    days: '3',
    note: 'for the choir',
  });
  const token = /http:\/\/localhost:8000\/join\/([\w-]{22})<\/textarea>/.exec(made.text)?.[1];
  assert.ok(token);
  const json = {
    username: 'Guest',
    email: 'guest@example.com',
    password: 'long enough',
    invitation: token,
  };
  assert.equal((await client.api('POST', '/api/users', { json })).status, 201);
  const list = await editor().get('/admin/invitations');
  assert.doesNotMatch(list.text, new RegExp(token));
  assert.match(list.text, /for the choir.*reader, 1 use left, until .*Used by .*Guest/s);
  const action =
    /action="(\/admin\/invitations\/\d+\/revoke)"[^>]*><button[^>]*>End “for the choir”/.exec(
      list.text,
    )?.[1];
  assert.equal((await editor().post(action ?? '')).status, 303);
  assert.equal((await editor().post(action ?? '')).status, 404);
  assert.match((await editor().get('/admin/invitations')).text, /for the choir.*reader, ended/s);
});

test('an invitation that works is listed, however many others were made after it', async () => {
  await editor().post('/admin/invitations', { uses: '1', days: '3', note: 'the first' });
  const { db } = server.context;
  const [row] = await db.selectFrom('invitations').selectAll().orderBy('id', 'desc').execute();
  assert.ok(row);
  const { id: _, ...first } = row;
  const ended = Array.from({ length: 250 }, (__, n) => {
    return { ...first, token_hash: `other ${n}`, note: `other ${n}`, revoked_at: 1 };
  });
  await db.insertInto('invitations').values(ended).execute();
  assert.match((await owner().get('/admin/invitations')).text, />End “the first”</);
});

test('settings: each change shows on the next page; what is refused is kept beside its field', async () => {
  const form = await owner().get('/admin/settings');
  const values = valuesOf(form);
  assert.deepEqual(
    [values['site-name'], values['tagline'], values['time-zone'], values['footer-links']],
    ['Masthead', '', 'UTC', ''],
  );
  const next = {
    'site-name': 'Ink & <Paper>',
    tagline: 'A "choir"',
    registration: 'approval',
    'time-zone': 'Europe/Zurich',
    'footer-links': 'Imprint https://example.org/imprint\r\nRules /posts/1',
  };
  for (const [name, bad] of [
    ['time-zone', 'Mars'],
    ['footer-links', 'Click javascript:alert(1)'],
    ['footer-links', 'Click //evil.example/'],
    ['site-name', ' '],
    ['tagline', 'x'.repeat(121)],
  ] as const) {
    const refused = await owner().post('/admin/settings', { ...next, [name]: bad });
    assert.equal(refused.status, 422, bad);
    assert.deepEqual(Object.keys(errorsOf(refused)), [name]);
    assert.equal(valuesOf(refused)['site-name'], name === 'site-name' ? bad : next['site-name']);
  }
  assert.doesNotMatch((await createVisitor(server.url).get('/')).text, /Paper/, 'all or nothing');
  const saved = await owner().follow(await owner().post('/admin/settings', next));
  assert.equal(statusOf(saved), 'Settings saved.');
  const home = await createVisitor(server.url).get('/');
  assert.equal(titleOf(home), 'Ink & <Paper> - Home');
  const manifest = await client.api('GET', '/manifest.webmanifest');
  assert.equal(manifest.body['name'], 'Ink & <Paper>');
  const ann = await client.register();
  await client.api('POST', '/api/users/forgot-password', { json: { email: ann.email } });
  await resetToken(server.dataDir, ann.email);
  const mail = (await mails(server.dataDir)).find((one) => one.includes(ann.email)) ?? '';
  assert.match(mail, /^From: "?Ink & <Paper>"? <noreply@example\.com>/m);
  assert.match(mail, /reset your password on Ink & <Paper>\./);
  assert.match(home.text, /class="tagline">A &quot;choir&quot;</);
  assert.match(
    home.text,
    /href="https:\/\/example\.org\/imprint">Imprint<.*href="\/posts\/1">Rules</,
  );
  assert.equal(
    valuesOf(saved)['footer-links'],
    'Imprint https://example.org/imprint\nRules /posts/1',
  );
  await owner().post('/admin/settings', {
    'site-name': '',
    tagline: '',
    registration: 'open',
    'time-zone': '',
    'footer-links': '',
  });
  assert.equal(titleOf(await createVisitor(server.url).get('/')), 'Masthead - Home');
});
