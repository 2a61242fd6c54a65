import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { newBucket, s3Variables } from '../support/servers/bucket.ts';
import { freePort } from '../support/servers/ports.ts';
import { readOnly, smallDisk } from '../support/processes/small-disk.ts';
import { newPlace } from '../support/processes/trouble.ts';

const SECRET_KEY = '7c1f0ed84b9a4d2f8a6be35f21d07c94';

/** A server without any fault, and the doctor's output if only the doctor has these variables. */
async function withServer(t: TestContext) {
  const place = await newPlace(t);
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const variables = { SECRET_KEY, PORT: port, FRONTEND_URL: url };
  await place.start(variables);
  const doctor = (own: Record<string, string> = {}) =>
    place.run(['doctor'], { ...variables, ...own });
  return { place, url, doctor };
}

const SHIFTED = import.meta.resolve('../support/processes/shifted-clock.ts');

/** The doctor's clock, this many seconds ahead of the others. */
const CLOCKS: [number, 'problem' | 'warning'][] = [
  [600, 'problem'],
  [-600, 'problem'],
  [-30, 'warning'],
];

test('the doctor reports a clock that differs from the server’s, and by how much', async (t) => {
  const { place, doctor } = await withServer(t);
  const file = join(place.folder, 'shift');
  const shifted = { NODE_OPTIONS: `--import=${SHIFTED}`, CLOCK_SHIFT: file };
  for (const [seconds, level] of CLOCKS) {
    writeFileSync(file, String(seconds * 1000));
    const { output } = await doctor(shifted);
    const said = new RegExp(
      `^${level} +The clock differs from that of http.* by (\\d+) s: .*NTP$`,
      'm',
    );
    const [, told] = said.exec(output) ?? assert.fail(output);
    // The answer may have taken a while.
    assert.ok(Math.abs(Number(told) - Math.abs(seconds)) <= 25, `${seconds}: ${told}`);
    assert.match(output, /leads to this blog$/m, 'a wrong clock is not taken for another key');
  }
  writeFileSync(file, '0');
  assert.match((await doctor(shifted)).output, /^ok +The clock agrees with that of http/m);
});

test('the doctor reports a disk that is nearly full', async (t) => {
  const place = await newPlace(t);
  const { mounted } = smallDisk(place, place.dataDir);
  const { code, output } = await place.run(['doctor'], { SECRET_KEY });
  const line = /^problem \d MB are free where DATA_DIR is \(.*\): make room, or move DATA_DIR$/m;
  // If no disk can be mounted, the tests' own disk has space.
  assert.equal(line.test(output), mounted, output);
  assert.equal(code, 1);
});

test('the doctor reports media that cannot be written, and what to change', async (t) => {
  const place = await newPlace(t);
  const media = join(place.dataDir, 'media');
  const told = async (words: RegExp) => {
    const { code, output } = await place.run(['doctor'], { SECRET_KEY });
    assert.equal(code, 1);
    assert.match(
      output,
      new RegExp(`^problem Pictures cannot be stored in ${media}: ${words.source}$`, 'm'),
    );
  };
  mkdirSync(place.dataDir);
  writeFileSync(media, 'a file where the folder should be');
  await told(/The media folder .*; there is a file where a folder should be; move it away/);
  rmSync(media);

  mkdirSync(join(media, 'tmp'), { recursive: true });
  writeFileSync(join(media, 'profile_pics_64'), 'a file where a folder should be');
  await told(/E[A-Z]+: .*; there is a file where a folder should be; move it away/);
  rmSync(join(media, 'profile_pics_64'));

  const end = readOnly(place, media);
  if (end === undefined) chmodSync(join(media, 'tmp'), 0o500);
  await told(/E(?:ROFS: .*mounted read-only.*|ACCES: .*user that the server runs as)/);
  if (end === undefined) chmodSync(join(media, 'tmp'), 0o700);
  else end();

  const { output } = await place.run(['doctor'], { SECRET_KEY });
  assert.match(output, /^ok +Pictures can be written, read and deleted in /m);
});

test('the doctor fetches a stored picture from where pages do, and leaves none behind', async (t) => {
  const { place, url, doctor } = await withServer(t);
  const well = await doctor({ MEDIA_BASE_URL: `${url}/media` });
  assert.equal(well.code, 0, well.output);
  assert.match(well.output, /^ok +Pictures come from MEDIA_BASE_URL http.*\/media$/m);
  assert.match((await place.run(['media', 'check'])).output, /^Nothing differs$/m);
  assert.doesNotMatch((await doctor()).output, /MEDIA_BASE_URL/);

  const other = createHttpServer((request, response) => {
    const refused = request.url?.startsWith('/private/');
    response
      .writeHead(refused ? 403 : 200, { 'content-type': 'application/octet-stream' })
      .end('x');
  }).listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  const cases: [Record<string, string>, RegExp][] = [
    [{ MEDIA_BASE_URL: `${url}/pictures` }, /is answered with 404: it must end where/],
    [{ MEDIA_BASE_URL: `${elsewhere}/private` }, /is answered with 403: let everybody read/],
    [{ MEDIA_BASE_URL: elsewhere }, /comes as application\/octet-stream, not as image\/webp: /],
    [{ MEDIA_BASE_URL: `http://127.0.0.1:${await freePort()}` }, /cannot be reached: .*REFUSED/],
    [{ MEDIA_BASE_URL: elsewhere, FRONTEND_URL: 'https://127.0.0.1:1' }, /is not https/],
  ];
  for (const [own, words] of cases) {
    const { code, output } = await doctor(own);
    assert.equal(code, 1, output);
    assert.match(output, new RegExp(`^problem MEDIA_BASE_URL.*${words.source}`, 'm'));
    assert.match(output, /^ok +Pictures can be written, read and deleted/m);
  }
});

test('the doctor reports a wrong password for mails', async (t) => {
  const server = new SMTPServer({
    hideSTARTTLS: true,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    onAuth: ({ password }, _session, done) => {
      if (password === 'right') done(null, { user: 'blog' });
      else done(new Error('Invalid login'));
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  t.after(() => new Promise<void>((resolve) => server.close(resolve)));
  const { port } = server.server.address() as AddressInfo;
  const place = await newPlace(t);
  const mail = (password: string) =>
    place.run(['doctor'], {
      MAIL_SERVER: '127.0.0.1',
      MAIL_PORT: String(port),
      MAIL_USE_TLS: 'false',
      MAIL_USERNAME: 'blog',
      MAIL_PASSWORD: password,
      SECRET_KEY,
    });
  const wrong = await mail('a wrong one');
  assert.equal(wrong.code, 1);
  assert.match(wrong.output, /^problem The mail server .*MAIL_USERNAME or MAIL_PASSWORD is wrong/m);
  assert.doesNotMatch(wrong.output, /a wrong one/);
  assert.match((await mail('right')).output, /^ok +The mail server .* accepts the connection$/m);
});

test('the doctor repeats what a mail server says that wants another greeting', async (t) => {
  const server = createServer((socket) => {
    socket.on('error', () => {}).write('220 relay.example.org ESMTP\r\n');
    socket.on('data', (line) => {
      const named = /^EHLO [\w-]+(?:\.[\w-]+)+\r\n$/.test(line.toString());
      socket.write(named ? '250 relay.example.org\r\n' : '421 4.7.0 Who are you?\r\n');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const place = await newPlace(t);
  const relay = { MAIL_SERVER: '127.0.0.1', MAIL_PORT: String(port), MAIL_USE_TLS: 'false' };
  const say = (MAIL_HELO_NAME: string) =>
    place.run(['doctor'], { ...relay, MAIL_HELO_NAME, SECRET_KEY });
  const { output } = await say('node1');
  assert.match(
    output,
    /^problem The mail server .*: it does not accept being greeted as node1; set MAIL_HELO_NAME to a full host name \(421 4\.7\.0 Who are you\?\)$/m,
  );
  assert.match((await say('blog.example.org')).output, /^ok +The mail server .* accepts/m);
});

test('the doctor reports an address where something else answers, and goes on with the rest', async (t) => {
  const place = await newPlace(t);
  // Something that accepts connections and does not answer with HTTP.
  const other = createServer((socket) => socket.end('nothing of this kind\r\n')).listen(0);
  await once(other, 'listening');
  t.after(() => other.close());
  const { port } = other.address() as AddressInfo;
  const { code, output } = await place.run(['doctor'], {
    DATA_DIR: place.dataDir,
    FRONTEND_URL: `http://127.0.0.1:${port}`,
    SECRET_KEY,
  });
  assert.equal(code, 1, output);
  assert.match(output, /^problem FRONTEND_URL .* cannot be reached/m);
  assert.match(output, /^ok +Pictures can be written, read and deleted/m);
});

test('the doctor tries the bucket itself, and tells of one that is not there and of a wrong key', async (t) => {
  const place = await newPlace(t);
  const variables = s3Variables(await newBucket(t));
  const doctor = async (own: Record<string, string> = {}) =>
    (await place.run(['doctor'], { SECRET_KEY, ...variables, ...own })).output;
  const { S3_BUCKET_NAME: bucket } = variables;
  assert.match(
    await doctor(),
    new RegExp(`^ok +Pictures can be written, read and deleted in the bucket ${bucket}$`, 'm'),
  );
  assert.match(await doctor({ S3_BUCKET_NAME: 'not-there' }), /^problem .*not-there/m);
  const wrong = await doctor({ S3_SECRET_ACCESS_KEY: 'a wrong key' });
  assert.match(wrong, /^problem .*(?:bucket|S3_)/m);
  assert.doesNotMatch(wrong, /a wrong key/);
});
