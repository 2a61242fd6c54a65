import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { test } from 'node:test';
import { openBlog } from '../support/blog.ts';
import { head, rawRequest } from '../support/servers/raw.ts';
import { givePicture, pixel } from './people.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const CLIENT = join(ROOT, 'dist', 'client');

const { server, client } = await openBlog();
const person = await client.person();
const picture = await givePicture(client, person);

const UP = ['..', '%2e%2e', '.%2e', '%252e%252e', '%c0%ae%c0%ae', '..;'];
const SLASH = ['/', '%2f', '%252f', '\\', '%5c', '%c0%af', '%00/'];

/** Every way up and out of a folder, for each depth. */
function waysOut(target: string): string[] {
  return UP.flatMap((up) =>
    SLASH.flatMap((slash) => {
      const way = (steps: number) => (up + slash).repeat(steps) + target.replaceAll('/', slash);
      return [way(1), way(2), way(3)];
    }),
  );
}

test('no path leads out of the served folders', async () => {
  const secret = readFileSync(join(server.dataDir, 'secret.key'), 'utf8').trim();
  const targets = {
    'secret.key': secret,
    'masthead.db': 'SQLite format',
    'package.json': '"scripts"',
  };
  const prefixes = [
    '/static',
    '/static/profile_pics',
    '/media',
    '/media/profile_pics',
    '/docs',
    '',
  ];
  let asked = 0;
  for (const [target, content] of Object.entries(targets)) {
    for (const prefix of prefixes) {
      const paths = waysOut(target).map((way) => `${prefix}/${way}`);
      const answers = await Promise.all(
        paths.map((path) => rawRequest(server.url, head(`GET ${path}`))),
      );
      for (const [at, { status, body }] of answers.entries()) {
        asked += 1;
        assert.ok(status >= 300 && status < 500, `${paths[at]}: ${status}`);
        assert.ok(!body.includes(content), `${paths[at]} holds ${target}`);
      }
    }
  }
  assert.ok(asked > 2000);
});

test('absolute, truncated, overlong and odd names are not files', async () => {
  const key = picture.replace(/^profile_pics\//, '');
  const names = ['/etc/passwd', '//etc/passwd', '%2fetc%2fpasswd', 'file:///etc/passwd', 'C:%5cx']
    .concat([server.dataDir, encodeURIComponent(join(server.dataDir, 'secret.key'))])
    .concat([`${key}%00`, `${key}%00.html`, `${key}/`, `${key}/.`, `${key}.html`, `${key}?/x.html`])
    .concat([
      `${key};.html`,
      ` ${key}`.replace(' ', '%20'),
      `${key}%20`,
      `${key}.`,
      `${key}::$DATA`,
    ])
    .concat([key.toUpperCase(), key.replace('.jpg', '.webp'), key.replace('.jpg', ''), '%', '%00'])
    .concat(['a'.repeat(12_000), 'a/'.repeat(6000), '../'.repeat(4000), '%2e%2e%2f'.repeat(1300)])
    .concat(['con', 'nul', '.htaccess', '.git/config', '.env', '*', '**', '~', '~root', '-rf']);
  for (const folder of ['/media/profile_pics/', '/media/', '/static/profile_pics/', '/static/']) {
    for (const name of names.filter((one) => !one.includes('?'))) {
      const { status, body } = await rawRequest(server.url, head(`GET ${folder}${name}`));
      assert.ok(status >= 300 && status < 500, `${folder}${name.slice(0, 80)}: ${status}`);
      assert.doesNotMatch(body, /root:|SQLite/);
    }
  }
  const { status, headers } = await rawRequest(server.url, head(`GET /media/${picture}?x.html`));
  assert.deepEqual([status, headers['content-type']], [200, 'image/jpeg']);
});

test('no address serves files of the project or the disk', async () => {
  const hidden = globSync('{.*,*,src/*.ts,scripts/*,.git/*,node_modules/.package-lock.json}', {
    cwd: ROOT,
    withFileTypes: true,
  }).filter((entry) => entry.isFile());
  const names = hidden.map(({ parentPath, name }) =>
    join(parentPath, name)
      .slice(ROOT.length + 1)
      .replaceAll('#', '%23'),
  );
  assert.ok(names.includes('package.json') && names.includes('src/main.ts'));
  const usual = ['.env', '.env.local', '.git/HEAD', '.git/config', '.DS_Store', 'server-status']
    .concat([
      'secret.key',
      'data/secret.key',
      'masthead.db',
      'data/masthead.db',
      'outbox/',
      'data/',
    ])
    .concat(['masthead.db-wal', 'backup.zip', 'wp-login.php', 'phpinfo.php', '.well-known/x'])
    .concat(['debug', 'metrics', 'console', 'graphql', 'documentation/json', 'docs/yaml'])
    .concat(['docs/json', 'docs/static/index.html', 'docs/package.json', 'docs/index.js']);
  for (const name of new Set([...names, ...usual])) {
    for (const folder of ['/', '/static/', '/media/', '/docs/']) {
      if (`${folder}${name}` === '/static/manifest.json') continue;
      const { status } = await rawRequest(server.url, head(`GET ${folder}${name}`));
      assert.ok(status === 404 || status === 307 || status === 400, `${folder}${name}: ${status}`);
    }
  }
});

test('the built client has what a browser needs, no source maps, and no folder is listed', async () => {
  const entries = globSync('{**/*,**/.*,.*}', { cwd: CLIENT, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const extensions = new Set(files.map(({ name }) => extname(name)));
  const known = '.br .css .gz .ico .jpg .js .json .png .svg .woff2'.split(' ');
  assert.deepEqual([...extensions].toSorted(), known);
  for (const { parentPath, name } of files.filter(({ name: one }) => /\.(?:js|css)$/.test(one))) {
    const text = readFileSync(join(parentPath, name), 'utf8');
    assert.doesNotMatch(text, /sourceMappingURL|node_modules|process\.env/, name);
  }
  const folders = entries.filter((entry) => entry.isDirectory());
  const paths = folders.map(({ parentPath, name }) => join(parentPath, name).slice(CLIENT.length));
  const own = [
    '/static',
    '/static/',
    ...paths.flatMap((path) => [`/static${path}`, `/static${path}/`]),
  ];
  for (const path of own.concat(['/media', '/media/', '/media/profile_pics/', '/media/tmp/'])) {
    const { status, body } = await rawRequest(server.url, head(`GET ${path}`));
    assert.ok([307, 403, 404].includes(status), `${path}: ${status}`);
    assert.doesNotMatch(body, /Index of|default\.jpg"/, path);
  }
});

test('an upload is never served unchanged, nor as anything but a picture', async () => {
  const person = await client.person();
  const body = new FormData();
  const bytes = Buffer.concat([
    pixel,
    Buffer.from('<script>alert(1)</script><?php system("id") ?>'),
  ]);
  const type = 'text/html';
  body.append('file', new File([bytes], '../../../x.php\0.html"\r\nX: y', { type }));
  const { token } = person;
  const answer = await client.api('PATCH', `/api/users/${person.id}/picture`, { token, body });
  assert.equal(answer.status, 200, answer.text);
  const path = String(answer.body['image_path']);
  assert.match(path, /^\/media\/profile_pics\/[\da-f]{32}\.jpg$/);
  const served = await fetch(server.url + path);
  const text = Buffer.from(await served.arrayBuffer()).toString('latin1');
  assert.doesNotMatch(text, /script|php/);
  assert.equal(served.headers.get('content-type'), 'image/jpeg');
  assert.equal(served.headers.get('x-content-type-options'), 'nosniff');
  assert.match(
    served.headers.get('content-security-policy') ?? '',
    /^default-src 'none'; sandbox$/,
  );
  assert.equal(served.headers.get('content-disposition'), null);
});
