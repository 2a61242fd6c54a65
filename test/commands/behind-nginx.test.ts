import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { once } from 'node:events';
import { fileBody, MULTIPART } from '../support/multipart.ts';
import { BELOW_A_PATH, startNginx } from '../support/servers/nginx.ts';
import { photo } from '../support/pictures.ts';
import { freePort } from '../support/servers/ports.ts';
import { newPlace, type Place, type Running } from '../support/processes/trouble.ts';
import { CERTIFICATE } from '../support/servers/certificate.ts';

const SECRET_KEY = '7c1f0ed84b9a4d2f8a6be35f21d07c94';

interface Blog {
  place: Place;
  /** The address of the proxy, and of the server. */
  port: number;
  upstream: number;
  /** Of the server, and of the doctor. */
  variables: Record<string, string>;
  running: Running;
}

/** A server that expects a proxy; `path` is that of FRONTEND_URL. */
async function startBlog(
  t: Parameters<typeof newPlace>[0],
  { variables: own, path = '' }: { variables?: Record<string, string>; path?: string } = {},
): Promise<Blog> {
  const place = await newPlace(t);
  const [port, upstream] = [await freePort(), await freePort()];
  const ca = join(place.folder, 'ca.pem');
  await writeFile(ca, CERTIFICATE);
  const variables = {
    SECRET_KEY,
    PORT: String(upstream),
    FRONTEND_URL: `https://0.0.0.0:${port}${path}`,
    TRUST_PROXY: '1',
    RATE_LIMITS: 'on',
    NODE_EXTRA_CA_CERTS: ca,
    ...own,
  };
  return { place, port, upstream, variables, running: await place.start(variables) };
}

/** For tests in which only the proxy or the doctor differs: the doctor changes nothing. */
const common = await startBlog({ after });

/** nginx in front of a blog. */
async function behindNginx(t: TestContext, blog: Blog, edit?: (configuration: string) => string) {
  const { place, port, upstream, variables, running } = blog;
  await startNginx(t, { port, upstream }, edit);
  /** One request to nginx, from the address `from` of this machine. */
  const ask = async (
    path: string,
    { method = 'GET', headers = {}, body, from }: Asked = {},
  ): Promise<{ status: number; body: string }> => {
    const all = { ...headers, ...(body && { 'content-length': String(body.length) }) };
    const ca = CERTIFICATE;
    const options = { host: '127.0.0.1', port, path, method, headers: all, ca, agent: false };
    const sent = request({
      ...options,
      servername: 'smtp.example.org',
      ...(from !== undefined && { localAddress: from }),
    });
    sent.end(body);
    const [response] = await once(sent, 'response');
    return { status: response.statusCode, body: await text(response) };
  };
  const doctor = (own: Record<string, string> = {}) =>
    place.run(['doctor'], { ...variables, ...own });
  return { running, ask, doctor };
}

interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: Buffer;
  from?: string;
}

test('behind nginx as documented, pictures up to the limit arrive and larger ones get the blog’s own answer', async (t) => {
  const { running, ask } = await behindNginx(t, await startBlog(t));
  const ann = await running.person();
  const path = `/api/users/${ann.id}/picture`;
  const headers = { ...MULTIPART, authorization: `Bearer ${ann.token}` };
  const small = await photo({ width: 300, height: 300 });
  // Decoders ignore what follows the end of a JPEG, which phones write too.
  const largest = Buffer.concat([small, Buffer.alloc(5_242_880 - small.length)]);
  const taken = await ask(path, { method: 'PATCH', headers, body: fileBody(largest) });
  assert.equal(taken.status, 200, taken.body);
  const tooLarge = Buffer.concat([largest, Buffer.alloc(1)]);
  const refused = await ask(path, { method: 'PATCH', headers, body: fileBody(tooLarge) });
  assert.deepEqual(
    [refused.status, refused.body],
    [400, '{"detail":"File too large. Maximum size is 5MB"}'],
  );
  assert.equal((await ask('/metrics')).status, 404);
});

test('behind nginx as documented, each address has its own limit, whatever it claims', async (t) => {
  const { running, ask } = await behindNginx(t, await startBlog(t));
  const ann = await running.person();
  const login = (password: string, from: string, claimed: string) =>
    ask('/api/users/token', {
      method: 'POST',
      from,
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-for': claimed },
      body: Buffer.from(new URLSearchParams({ username: ann.email, password }).toString()),
    });
  for (let count = 0; count < 10; count++) {
    assert.equal((await login('wrong password', '127.0.0.2', `198.51.100.${count}`)).status, 401);
  }
  assert.equal((await login(ann.password, '127.0.0.2', '198.51.100.99')).status, 429);
  assert.equal((await login(ann.password, '127.0.0.3', '127.0.0.2')).status, 200);
});

test('the doctor finds nothing wrong behind nginx as documented', async (t) => {
  const { doctor } = await behindNginx(t, common);
  const { code, output } = await doctor();
  assert.equal(code, 0, output);
  assert.match(output, /^ok +One picture may take \d\d?\.\d s of processor time here; /m);
  assert.match(output, /^ok +FRONTEND_URL .* leads to this blog$/m);
  assert.match(output, /^ok +A body of 5308416 bytes, as large as an upload, reaches the blog$/m);
  assert.match(
    output,
    /^ok +The proxy sends the client's address, and is trusted \(127\.0\.0\.1\)$/m,
  );
});

for (const [proxy, edit] of Object.entries(BELOW_A_PATH)) {
  test(`below a path of nginx ${proxy}, pages, files and the API arrive, and the doctor finds nothing wrong`, async (t) => {
    const blog = await startBlog(t, { path: '/blog' });
    const { running, ask, doctor } = await behindNginx(t, blog, edit);
    const ann = await running.person();
    const page = await ask('/blog/');
    assert.equal(page.status, 200);
    const files = [...page.body.matchAll(/ (?:href|src)="(\/[^"]*)"/g)].map(
      ([, file]) => file ?? '',
    );
    assert.ok(files.length > 8);
    for (const file of files) assert.equal((await ask(file)).status, 200, file);
    assert.equal((await ask('/blog/api/users/me')).status, 401);
    const headers = { authorization: `Bearer ${ann.token}` };
    assert.equal((await ask('/blog/api/users/me', { headers })).status, 200);
    assert.equal((await ask('/elsewhere')).status, 404);
    const { code, output } = await doctor();
    assert.equal(code, 0, output);
    assert.match(output, /^ok +FRONTEND_URL https:.*\/blog leads to this blog$/m);
    assert.match(output, /^ok +The home page and its style sheet arrive$/m);
  });
}

test('the doctor trusts a proxy that sends ports with addresses', async (t) => {
  const edit = (text: string) =>
    text.replace('X-Forwarded-For $remote_addr', 'X-Forwarded-For $remote_addr:$remote_port');
  const { doctor } = await behindNginx(t, common, edit);
  const { code, output } = await doctor();
  assert.equal(code, 0, output);
  assert.match(output, /the client's address, and is trusted \(127\.0\.0\.1\)$/m);
});

const ILLS: {
  ill: string;
  variables?: Record<string, string>;
  edit?: (configuration: string) => string;
  own?: Record<string, string>;
  told: RegExp;
}[] = [
  {
    ill: 'a proxy that refuses pictures',
    edit: (text) => text.replace('client_max_body_size 25m', 'client_max_body_size 1m'),
    told: /refuses bodies of 5308416 bytes with 413: raise its limit .*client_max_body_size/,
  },
  {
    ill: 'a proxy that does not send the client’s address',
    edit: (text) => text.replace(/proxy_set_header X-Forwarded-For.*\n/, ''),
    variables: { TRUST_PROXY: 'false' },
    told: /adds no X-Forwarded-For/,
  },
  {
    ill: 'a proxy that lets senders choose their address',
    edit: (text) => text.replace(/proxy_set_header X-Forwarded-For.*\n/, ''),
    told: /Anybody can choose the address/,
  },
  {
    ill: 'a proxy that is not trusted',
    variables: { TRUST_PROXY: 'false' },
    told: /not trusted \(TRUST_PROXY is false\).*set TRUST_PROXY to the number of proxies/,
  },
  {
    ill: 'more proxies trusted than there are',
    edit: (text) => text.replace('$remote_addr', '$proxy_add_x_forwarded_for'),
    variables: { TRUST_PROXY: '2' },
    told: /Anybody can choose the address/,
  },
  {
    ill: 'a proxy that takes files for its own',
    edit: (text) => text.replace('location = /metrics', 'location ^~ /static/'),
    told: /https:.*\/static\/assets\/main-[^ ]+\.css is answered with 404: make the proxy forward every path/,
  },
  {
    ill: 'another key than the server’s',
    own: { SECRET_KEY: '00112233445566778899aabbccddeeff' },
    told: /leads to a Masthead with another SECRET_KEY/,
  },
  {
    ill: 'a key that can be guessed',
    variables: { SECRET_KEY: 'change-me-change-me-change-me-change-me' },
    told: /SECRET_KEY can be guessed/,
  },
  {
    ill: 'a self-signed certificate',
    own: { NODE_EXTRA_CA_CERTS: '' },
    told: /FRONTEND_URL .* cannot be reached: self-signed certificate/,
  },
  {
    ill: 'a mail server that is not there',
    own: { MAIL_SERVER: '127.0.0.1', MAIL_PORT: '1' },
    told: /The mail server 127\.0\.0\.1:1: .*check MAIL_SERVER, MAIL_PORT/,
  },
];

for (const { ill, variables, edit, own, told } of ILLS) {
  test(`the doctor reports ${ill}`, async (t) => {
    const blog = variables === undefined ? common : await startBlog(t, { variables });
    const { doctor } = await behindNginx(t, blog, edit);
    const { code, output } = await doctor(own);
    assert.equal(code, 1, output);
    assert.match(output, new RegExp(`^problem .*${told.source}`, 'm'));
    assert.match(output, /^Problems: 1$/m);
    assert.doesNotMatch(output, /^\s+at /m);
  });
}
