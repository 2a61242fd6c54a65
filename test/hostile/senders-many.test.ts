import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startOwnProcess } from '../support/processes/own-process.ts';
import { fileBody, MULTIPART } from '../support/multipart.ts';
import { photo } from '../support/pictures.ts';
import { openFiles } from '../support/processes/process-memory.ts';
import { head, openRaw, rawRequest } from '../support/servers/raw.ts';
import { until } from '../support/until.ts';

/** A connection that has sent this; answers are ignored. */
function open(url: string, bytes = ''): Socket {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {}).resume();
  socket.write(bytes);
  return socket;
}

/** As many as this process may open, up to 10,000. */
function idleCount(): number {
  Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = process.report.getReport() as {
    userLimits: { open_files: { soft: number | 'unlimited' } };
  };
  const { soft } = userLimits.open_files;
  return soft === 'unlimited' ? 10_000 : Math.min(10_000, soft - 1_000);
}

test('200 people are served beside 10,000 idle connections', async (t) => {
  const { url, pid, client, ann } = await startOwnProcess(t);
  const count = idleCount();
  const idle: Socket[] = [];
  t.after(() => {
    for (const socket of idle) socket.resetAndDestroy();
  });
  while (idle.length < count) {
    // Some send nothing, some a part of a request, some got an answer and keep the connection.
    const kinds = ['', 'GET / HTTP/1.1\r\n', head('GET /api/posts?limit=1')];
    const some = Array.from({ length: 250 }, (_, n) => open(url, kinds[n % kinds.length]));
    await Promise.all(some.map((socket) => once(socket, 'connect')));
    idle.push(...some);
  }
  const opened = openFiles(pid);
  const before = performance.now();
  const requests = Array.from({ length: 200 }, async (_, n) => {
    const path = ['/', '/api/posts', `/api/users/${ann.id}`, '/health'][n % 4] as string;
    const begun = performance.now();
    const { status } = await rawRequest(url, head(`GET ${path}`));
    return { status, ms: performance.now() - begun };
  });
  const answers = await Promise.all(requests);
  const slowest = Math.max(...answers.map(({ ms }) => ms));
  assert.ok(answers.every(({ status }) => status === 200));
  assert.equal((await client.login(ann.email, ann.password)).status, 200);
  t.diagnostic(`${opened} files open; slowest of 200 at once ${Math.round(slowest)} ms,`);
  t.diagnostic(`all and a login ${Math.round(performance.now() - before)} ms`);
});

test('a server that may open 256 files survives more connections, and recovers', async (t) => {
  const { url, pid, client, ann } = await startOwnProcess(t, { openFiles: 256 });
  const upload = {
    token: ann.token,
    body: fileBody(await photo({ width: 40, height: 40 })),
    headers: MULTIPART,
  };
  const path = `/api/users/${ann.id}/picture`;
  const begun = openRaw(url);
  // Started before the flood, and still running at its peak.
  const request = head(`PATCH ${path}`, {
    ...MULTIPART,
    Authorization: `Bearer ${ann.token}`,
    'Content-Length': upload.body.length,
    Expect: '100-continue',
  });
  await begun.write(request);
  await begun.interim;

  const flood = Array.from({ length: 500 }, () => open(url, 'GET / HTTP/1.1\r\n'));
  const closed = new Set<Socket>();
  for (const socket of flood) socket.once('close', () => closed.add(socket));
  await until('connections that are refused', async () => closed.size >= 300 || undefined);
  const opened = openFiles(pid);
  assert.ok(opened > 128 && opened < 200, `${opened} files`);
  // At the limit, the database, workers and pictures still get their files.
  await begun.write(upload.body);
  const answer = await begun.answer;
  assert.equal(answer.status, 200, answer.body);
  begun.destroy();

  for (const socket of flood) socket.destroy();
  await until('room', async () => {
    const { status } = await client.api('GET', '/health').catch(() => ({ status: 0 }));
    return status === 200 || undefined;
  });
  assert.equal((await client.api('PATCH', path, upload)).status, 200);
});

test('connections kept alive make room for new ones', async (t) => {
  const { url } = await startOwnProcess(t, { openFiles: 256 });
  const kept = Array.from({ length: 200 }, () => open(url, head('GET /health')));
  t.after(() => {
    for (const socket of kept) socket.destroy();
  });
  // Long before those would be closed as idle.
  let served = false;
  for (let tries = 0; tries < 50 && !served; tries++) {
    await sleep(200);
    const answer = await rawRequest(url, head('GET /health')).catch(() => undefined);
    served = answer?.status === 200;
  }
  assert.ok(served);
});
