import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { openBucket, newBucket, s3Variables } from '../../support/servers/bucket.ts';
import { assertError } from '../../support/client.ts';
import { FAULTS, type FaultProxy, startFaultProxy } from '../../support/servers/fault-proxy.ts';
import { photo } from '../../support/pictures.ts';
import { newPlace, type Running, stop } from '../../support/processes/trouble.ts';
import { addForPosts, upload, uploaded, verifyLedger } from '../../support/processes/trouble.ts';
import { until } from '../../support/until.ts';

const PICTURE = await photo({ width: 60, height: 40 });

/** A place whose pictures are in a bucket behind a proxy, and the variables for that. */
async function newBucketPlace(t: TestContext) {
  const bucket = await newBucket(t);
  const proxy = await startFaultProxy(t, bucket.endpoint);
  const place = await newPlace(t);
  const variables = s3Variables({ ...bucket, endpoint: proxy.endpoint });
  return { bucket, proxy, place, variables, media: await openBucket(t, bucket) };
}

async function awaitHealth({ api }: Running, status: number): Promise<void> {
  await until(`health ${status}`, async () => {
    const answer = await api('GET', '/health');
    if (answer.status === 503) assertError(answer, 503, 'Media unavailable');
    return answer.status === status || undefined;
  });
}

/** Asserts that pictures are a 503 and not a 404 meanwhile, and that pages work without them. */
async function verifyAway(server: Running, picture: string): Promise<void> {
  const answer = await server.api('GET', picture);
  assert.equal(answer.status, 503);
  assert.match(answer.text, /Media unavailable/);
  assert.equal((await server.api('GET', '/')).status, 200);
}

test('S3 goes away and comes back: 503 meanwhile, nothing is lost or left behind', async (t) => {
  const { proxy, place, variables, media } = await newBucketPlace(t);
  const server = await place.start(variables);
  const people = [await server.person(), await server.person(), await server.person()] as const;
  const [ann, bob, eve] = people;
  const paths: string[] = [];
  for (const person of people) paths.push(await uploaded(server, person, PICTURE));
  const picture = paths[0] ?? '';
  const forPosts = [
    await addForPosts(server, ann, PICTURE),
    await addForPosts(server, ann, PICTURE),
  ] as const;
  const { urls } = forPosts[0].body;
  await proxy.shut();
  await verifyAway(server, picture);
  assertError(await upload(server, ann, PICTURE), 503, 'Media unavailable');
  assertError(await addForPosts(server, ann, PICTURE), 503, 'Media unavailable');
  const own = { token: ann.token };
  assert.equal((await server.api('GET', urls['960'], own)).status, 503);
  // Deleted later, by a sweep.
  const second = `/api/pictures/${forPosts[1].body.id}`;
  assert.equal((await server.api('DELETE', second, own)).status, 204);
  const removed = await server.api('DELETE', `/api/users/${bob.id}/picture`, { token: bob.token });
  assert.deepEqual([removed.status, removed.body['image_file']], [200, null]);
  const gone = await server.api('DELETE', `/api/users/${eve.id}`, { token: eve.token });
  assert.equal(gone.status, 204);
  await server.post(ann.token);
  await awaitHealth(server, 503);
  await proxy.open();
  await awaitHealth(server, 200);
  assert.equal((await server.api('GET', picture)).status, 200);
  assert.equal((await server.api('GET', urls['960'], own)).status, 200);
  await uploaded(server, ann, PICTURE);
  assert.equal((await addForPosts(server, ann, PICTURE)).status, 201);
  await stop(server);
  await verifyLedger(place.dataDir, { media });
});

test('S3 is away when a server starts: it starts, and has its pictures once S3 is back', async (t) => {
  const { proxy, place, variables, media } = await newBucketPlace(t);
  await proxy.shut();
  const server = await place.start(variables);
  await server.service.says(/the media store does not answer/);
  const ann = await server.person();
  assertError(await upload(server, ann, PICTURE), 503, 'Media unavailable');
  await proxy.open();
  await uploaded(server, ann, PICTURE);
  await stop(server);
  await verifyLedger(place.dataDir, { media });
});

test('a picture that arrives incomplete is a 503, and is shown when it is complete', async (t) => {
  const { proxy, place, variables } = await newBucketPlace(t);
  const server = await place.start(variables);
  const picture = await uploaded(server, await server.person(), PICTURE);
  proxy.choose(({ method }) => (method === 'GET' ? FAULTS.cut('reset') : undefined));
  await verifyAway(server, picture);
  proxy.choose(() => undefined);
  const shown = await server.api('GET', picture);
  assert.equal(shown.status, 200);
  assert.equal(shown.headers.get('content-type'), 'image/jpeg');
  await stop(server);
});

test('uploads continue while S3 fails one request in three: each is stored completely or not at all', async (t) => {
  const { proxy, place, variables, media } = await newBucketPlace(t);
  const server = await place.start(variables);
  const people = await Promise.all(Array.from({ length: 4 }, () => server.person()));
  failEveryThird(proxy);
  for (let round = 0; round < 4; round++) {
    const answers = await Promise.all(people.map((person) => upload(server, person, PICTURE)));
    for (const answer of answers) assert.ok([200, 503].includes(answer.status), answer.text);
  }
  proxy.choose(() => undefined);
  for (const person of people) await uploaded(server, person, PICTURE);
  await stop(server);
  await verifyLedger(place.dataDir, { media });
});

function failEveryThird(proxy: FaultProxy): void {
  const faults = [
    FAULTS.refuse(500, 'InternalError'),
    FAULTS.resetAfter,
    FAULTS.refuse(503, 'SlowDown'),
    FAULTS.resetBefore,
    FAULTS.refuseAfter(500, 'InternalError'),
    FAULTS.slow(200),
  ];
  let count = 0;
  proxy.choose(() => (++count % 3 === 0 ? faults[(count / 3) % faults.length] : undefined));
}

test('a bucket or a key that S3 refuses stops the start with one line that names the variable', async (t) => {
  const { place, variables } = await newBucketPlace(t);
  const wrong: [Record<string, string>, RegExp][] = [
    [{ S3_BUCKET_NAME: 'masthead-of-nobody' }, /^masthead: S3_BUCKET_NAME: there is no bucket/],
    [{ S3_SECRET_ACCESS_KEY: 'wrong' }, /^masthead: S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY: /],
    [{ S3_ACCESS_KEY_ID: 'nobody:at-all' }, /^masthead: S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY: /],
    [{ S3_REGION: 'eu-elsewhere-9' }, /^masthead: S3_REGION: /],
  ];
  for (const [variable, line] of wrong) {
    const all = { ...variables, ...variable, LOG_LEVEL: 'silent' };
    const { code, output } = await place.run(['serve'], all);
    assert.equal(code, 1);
    assert.match(output, line);
    assert.equal(output.trim().split('\n').length, 1, output);
    assert.doesNotMatch(output, /not-a-secret|wrong/);
  }
});

test('a server that is not an S3 server: one line', async (t) => {
  const { proxy, place, variables } = await newBucketPlace(t);
  proxy.choose(
    () =>
      ({ answer }) =>
        answer({ status: 404, headers: {}, body: Buffer.from('?') }),
  );
  const { code, output } = await place.run(['serve'], { ...variables, LOG_LEVEL: 'silent' });
  assert.equal(code, 1);
  assert.match(
    output,
    /^masthead: S3_ENDPOINT_URL: the server that answers is not an S3 server .*\n$/,
  );
});

test('without keys the SDK looks for its own: variables, or none, which is reported', async (t) => {
  const { place, variables, bucket } = await newBucketPlace(t);
  const { S3_ACCESS_KEY_ID: _, S3_SECRET_ACCESS_KEY: __, ...bare } = variables;
  const { accessKeyId, secretAccessKey } = bucket.credentials;
  const found = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  const server = await place.start({ ...bare, ...found });
  await uploaded(server, await server.person(), PICTURE);
  await stop(server);
  const none = { ...bare, AWS_EC2_METADATA_DISABLED: 'true', LOG_LEVEL: 'silent' };
  const { code, output } = await place.run(['serve'], none);
  assert.equal(code, 1);
  assert.match(output, /^masthead: S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY: not set, .*\n$/);
});

test('media check compares with the bucket, repairs it, and stops if the bucket does not answer', async (t) => {
  const { proxy, place, variables, media } = await newBucketPlace(t);
  const server = await place.start(variables);
  const people = [await server.person(), await server.person()] as const;
  const [kept, lost] = [
    await uploaded(server, people[0], PICTURE),
    await uploaded(server, people[1], PICTURE),
  ];
  await stop(server);
  const name = /([0-9a-f]{32})/;
  const small = `profile_pics_64/${name.exec(kept)?.[1]}.webp`;
  const main = lost.replace('/media/', '');
  const stray = `profile_pics/${'0'.repeat(32)}.jpg`;
  await media.delete(small);
  await media.delete(main);
  await media.write(main, Buffer.from('half'));
  await media.write(stray, Buffer.from('x'));
  const found = await place.run(['media', 'check'], variables);
  assert.equal(found.code, 1, found.output);
  assert.match(found.output, new RegExp(`^${small}: small file missing or partial, user`, 'm'));
  assert.match(found.output, new RegExp(`^${main}: main file missing or partial, user`, 'm'));
  assert.match(found.output, new RegExp(`^${stray}: file without a row$`, 'm'));
  const repaired = await place.run(['media', 'check', '--repair'], variables);
  assert.match(repaired.output, /64\/.*\(repaired\)/);
  assert.match(
    repaired.output,
    new RegExp(`^${stray}: file without a row$`, 'm'),
    'it is too young',
  );
  proxy.choose(() => FAULTS.refuse(500, 'InternalError'));
  const unasked = await place.run(['media', 'check', '--repair'], {
    ...variables,
    LOG_LEVEL: 'silent',
  });
  assert.equal(unasked.code, 1);
  assert.match(unasked.output, /^masthead: Media unavailable: /m);
  await media.delete(stray);
  await verifyLedger(place.dataDir, { media, hours: 30 });
});
