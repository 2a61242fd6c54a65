import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { createClient } from '../../support/client.ts';
import { fileBody, MULTIPART } from '../../support/multipart.ts';
import { photo } from '../../support/pictures.ts';
import { startServer } from '../../support/server.ts';
import { newPlace } from '../../support/processes/trouble.ts';
import { until } from '../../support/until.ts';
import { createVisitor } from '../../support/visitor.ts';

const TOKEN = 'a-token-of-the-host';

/** The value of one line of the text; undefined if it is missing. */
function value(text: string, line: string): number | undefined {
  const found = text.split('\n').find((one) => one.startsWith(`${line} `));
  return found === undefined ? undefined : Number(found.slice(line.length + 1));
}

test('without a port or a token there are no metrics', async () => {
  await using server = await startServer();
  assert.equal((await createClient(server.url).api('GET', '/metrics')).status, 404);
});

test('metrics need the token, and count requests by route and uploads by outcome', async () => {
  await using server = await startServer({ METRICS_TOKEN: TOKEN });
  const client = createClient(server.url);
  const { api } = client;
  for (const token of [undefined, '', 'another-token-of-it', `${TOKEN}x`]) {
    const refused = await api('GET', '/metrics', token === undefined ? {} : { token });
    assert.deepEqual([refused.status, refused.text], [401, '{"detail":"Not authenticated"}']);
  }
  const ann = await client.person('ann-of-the-metrics');
  const post = await client.post(ann.token, 'A title nobody else has');
  for (const id of [post.id, post.id, post.id + 1]) await api('GET', `/api/posts/${id}`);
  await api('GET', '/no/such/page?token=secret');
  const path = `/api/users/${ann.id}/picture`;
  const upload = (body: Uint8Array, token?: string) =>
    api('PATCH', path, { body, headers: MULTIPART, ...(token !== undefined && { token }) });
  await upload(fileBody(await photo({ width: 40, height: 40 })), ann.token);
  await upload(fileBody(Buffer.from('no picture')), ann.token);
  await upload(fileBody(Buffer.from('no picture')));
  const stranger = createVisitor(server.url);
  const sent = { body: fileBody(Buffer.from('x')), headers: MULTIPART };
  assert.equal((await stranger.ask('POST', '/account/picture', sent)).status, 303);

  const answer = await api('GET', '/metrics', { token: TOKEN });
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  const { text } = answer;
  const requests = (route: string, status: number, method = 'GET') =>
    value(
      text,
      `masthead_http_request_duration_seconds_count{method="${method}",route="${route}",status="${status}"}`,
    );
  assert.equal(requests('/api/posts/:post_id', 200), 2);
  assert.equal(requests('/api/posts/:post_id', 404), 1);
  assert.equal(requests('none', 404), 1);
  assert.equal(requests('/metrics', 401), 4);
  assert.equal(value(text, 'masthead_uploads_total{outcome="stored"}'), 1);
  assert.equal(value(text, 'masthead_uploads_total{outcome="refused"}'), 1);
  assert.equal(value(text, 'masthead_uploads_total{outcome="not_allowed"}'), 2);
  assert.equal(value(text, 'masthead_pictures{state="live"}'), 1);
  assert.equal(value(text, 'masthead_pictures{state="pending"}'), 0);
  const { kind } = server.context.config.database;
  assert.equal(value(text, `masthead_up{part="database",kind="${kind}"}`), 1);
  assert.equal(value(text, 'masthead_up{part="media",kind="disk"}'), 1);
  assert.equal(value(text, 'masthead_image_queue'), 0);
  assert.equal(value(text, 'masthead_image_worker_restarts_total'), 0);
  assert.ok((value(text, 'masthead_image_workers{state="all"}') ?? 0) >= 1);
  assert.ok((value(text, 'process_resident_memory_bytes') ?? 0) > 1e7);
  const pool = value(text, 'masthead_database_connections{state="idle"}');
  assert.equal(pool !== undefined, kind === 'postgresql');
  assert.doesNotMatch(text, /ann-of|nobody else has|example\.com|secret|such/);
});

test('metrics on a port of their own are not on the blog’s', async (t) => {
  const place = await newPlace(t);
  const { service, api } = await place.start({ METRICS_PORT: '0', LOG_LEVEL: 'info' });
  const port = await until('the port of the metrics', async () => {
    return /"port":(\d+),"msg":"metrics are served"/.exec(service.output())?.[1];
  });
  const url = `http://127.0.0.1:${port}/metrics`;
  const answer = await fetch(url);
  assert.equal(answer.status, 200);
  assert.match(await answer.text(), /^masthead_up\{part="database"/m);
  assert.equal((await fetch(new URL('/', url))).status, 404);
  assert.equal((await fetch(url, { method: 'POST' })).status, 405);
  assert.equal((await api('GET', '/metrics')).status, 404);
  service.kill('SIGTERM');
  assert.equal((await service.ended).code, 0);
});

test('a metrics port that is in use stops the start and is named', async (t) => {
  const place = await newPlace(t);
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await until('a port', async () => (other.listening ? true : undefined));
  const port = String((other.address() as AddressInfo).port);
  const { code, output } = await place.run([], { METRICS_PORT: port });
  assert.equal(code, 1, output);
  assert.match(output, /METRICS_PORT/);
});

test('a server that is told to stop is not ready for a while, but still live and answering', async (t) => {
  const place = await newPlace(t);
  const { service, api } = await place.start({ STOP_DELAY_SECONDS: '3' });
  assert.deepEqual((await api('GET', '/health/ready')).body, { status: 'ready' });
  service.kill('SIGTERM');
  const told = await until('not ready', async () => {
    const answer = await api('GET', '/health/ready');
    return answer.status === 503 ? answer : undefined;
  });
  assert.deepEqual(told.body, { detail: 'Stopping' });
  assert.equal((await api('GET', '/')).status, 200);
  assert.deepEqual((await api('GET', '/health/live')).body, { status: 'live' });
  const { code, output } = await service.ended;
  assert.equal(code, 0, output);
});

test('a server without its media is live and not ready, and its metrics show it', async () => {
  await using server = await startServer({ METRICS_TOKEN: TOKEN, LOG_LEVEL: 'silent' });
  const { api } = createClient(server.url);
  const media = join(server.dataDir, 'media');
  await rename(media, `${media}-away`);
  const told = await until('not ready', async () => {
    const answer = await api('GET', '/health/ready');
    return answer.status === 503 ? answer : undefined;
  });
  assert.deepEqual(told.body, { detail: 'Media unavailable' });
  assert.equal((await api('GET', '/health/live')).status, 200);
  const { text } = await api('GET', '/metrics', { token: TOKEN });
  assert.equal(value(text, 'masthead_up{part="media",kind="disk"}'), 0);
  await rename(`${media}-away`, media);
});
