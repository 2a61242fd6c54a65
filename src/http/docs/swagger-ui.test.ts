import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { registerDocs } from './swagger-ui.ts';

const app = Fastify();
app.decorate('basePath', '');
registerDocs(app);

const PATHS = [
  ['/docs', 'text/html; charset=utf-8'],
  ['/docs/initializer.js', 'text/javascript; charset=utf-8'],
  ['/docs/swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['/docs/swagger-ui.css', 'text/css; charset=utf-8'],
  ['/docs/favicon-32x32.png', 'image/png'],
] as const;

for (const [url, type] of PATHS) {
  test(`${url} answers GET, HEAD and a browser that already has it`, async () => {
    const got = await app.inject({ url });
    assert.equal(got.statusCode, 200);
    assert.equal(got.headers['content-type'], type);
    assert.ok(got.rawPayload.length > 100);

    const head = await app.inject({ method: 'HEAD', url });
    assert.equal(head.statusCode, 200);
    assert.equal(head.headers['content-length'], String(got.rawPayload.length));
    assert.equal(head.rawPayload.length, 0);

    const again = await app.inject({ url, headers: { 'if-none-match': got.headers.etag } });
    assert.equal(again.statusCode, 304);
    assert.equal(again.rawPayload.length, 0);
  });
}

test('the page has a policy without unsafe-inline and loads only what is served', async () => {
  const { headers, body } = await app.inject({ url: '/docs' });
  assert.match(String(headers['content-security-policy']), /default-src 'none'/);
  assert.doesNotMatch(String(headers['content-security-policy']), /unsafe|http|\*/);
  const loaded = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]);
  const served = new Set(['/openapi.json', ...PATHS.map(([url]) => url)]);
  assert.deepEqual(
    loaded.filter((url) => !served.has(url as '/docs')),
    [],
  );
});

test('/redoc redirects to /docs', async () => {
  const { statusCode, headers } = await app.inject({ url: '/redoc' });
  assert.deepEqual([statusCode, headers.location], [307, '/docs']);
});

const ABSENT = [
  '/docs/index.html',
  '/docs/package.json',
  '/docs/swagger-initializer.js',
  '/docs/%2e%2e/package.json',
  '/docs/..%2fpackage.json',
];
for (const url of ABSENT) {
  test(`${url} is not served`, async () => {
    assert.equal((await app.inject({ url })).statusCode, 404);
  });
}
