import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { freePort } from '../support/servers/ports.ts';

const root = join(import.meta.dirname, '../..');

/** The audit's exit status and output with the registry at this address. */
async function audit(registry: string) {
  const env = { ...process.env, npm_config_registry: registry, npm_config_offline: 'false' };
  const child = spawn(process.execPath, ['scripts/audit.ts'], { cwd: root, env });
  const [output, errors] = [text(child.stdout), text(child.stderr)];
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output: (await output) + (await errors) };
}

async function registry(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** A registry that knows of one vulnerability, in this package. */
const knowing = (name: string): RequestListener => {
  return (request, response) => {
    // What npm asks about the packages that need this one is not known here.
    if (request.method !== 'POST') {
      response.writeHead(404).end('{}');
      return;
    }
    void buffer(request).then((body) => {
      const zipped = request.headers['content-encoding'] === 'gzip';
      const asked = JSON.parse((zipped ? gunzipSync(body) : body).toString()) as object;
      const advisory = {
        id: 1,
        url: 'https://example.org/advisory',
        title: 'A hole',
        severity: 'high',
        vulnerable_versions: '<9999',
        cwe: [],
        cvss: { score: 8, vectorString: null },
      };
      const known = Object.hasOwn(asked, name) ? { [name]: [advisory] } : {};
      response.setHeader('content-type', 'application/json').end(JSON.stringify(known));
    });
  };
};

test('a known vulnerability of what the server runs with fails the check', async (t) => {
  const { code, output } = await audit(await registry(t, knowing('fastify')));
  assert.match(output, /^high: fastify: A hole https:\/\/example\.org\/advisory$/m);
  assert.equal(code, 1);
});

test('one of a package for development does not', async (t) => {
  const { code, output } = await audit(await registry(t, knowing('lighthouse')));
  assert.deepEqual([code, output], [0, 'No known vulnerability in the dependencies\n']);
});

test('a registry that is away or answers no audits is reported, and fails nothing', async (t) => {
  const away = await audit(`http://127.0.0.1:${await freePort()}/`);
  const refusing = await audit(await registry(t, (_, response) => response.writeHead(405).end()));
  for (const { code, output } of [away, refusing]) {
    assert.match(output, /^The dependencies were not audited: \S/);
    assert.equal(code, 0);
  }
});
