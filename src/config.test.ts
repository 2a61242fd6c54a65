import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ConfigError, readConfig } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'masthead-config-'));
process.on('exit', () => rmSync(folder, { recursive: true }));

test('without anything set, the defaults of the original stand', () => {
  const config = readConfig({}, folder);
  assert.equal(config.PORT, 8000);
  assert.equal(config.MAX_UPLOAD_SIZE_BYTES, 5 * 1024 * 1024);
  assert.equal(config.ACCESS_TOKEN_EXPIRE_MINUTES, 30);
  assert.equal(config.MAIL_USE_TLS, true);
  assert.equal(config.SECRET_KEY, undefined);
  assert.deepEqual(config.database, { kind: 'sqlite', file: join(folder, 'data', 'masthead.db') });
  assert.ok(Object.isFrozen(config));
});

test('an empty value is an absent one', () => {
  assert.equal(readConfig({ PORT: '', MAIL_SERVER: '' }, folder).PORT, 8000);
});

test('a .env file of the original is understood, names in any case, and the environment wins', () => {
  writeFileSync(
    join(folder, '.env'),
    'secret_key="from the file"\nmail_use_tls=False\ndatabase_url=sqlite+aiosqlite:///./blog.db\nPORT=9001\n',
  );
  try {
    const config = readConfig({ PORT: '9002' }, folder);
    assert.equal(config.SECRET_KEY, 'from the file');
    assert.equal(config.MAIL_USE_TLS, false);
    assert.deepEqual(config.database, { kind: 'sqlite', file: join(folder, 'blog.db') });
    assert.equal(config.PORT, 9002);
  } finally {
    rmSync(join(folder, '.env'));
  }
});

const refused: [string, string, RegExp][] = [
  ['PORT', '70000', /^PORT: .*"70000".* 0 to 65535$/],
  ['PORT', '80 ', /^PORT: /],
  ['REGISTRATION', 'maybe', /open, approval, invite or closed/],
  ['ALGORITHM', 'none', /^ALGORITHM: .*HS256/],
  ['MAX_UPLOAD_SIZE_BYTES', '5MB', /^MAX_UPLOAD_SIZE_BYTES/],
  ['MAIL_USE_TLS', 'perhaps', /true or false/],
  ['FRONTEND_URL', 'blog.example.org', /http or https/],
  ['FRONTEND_URL', 'https://blog.example.org/?x', /its path may have letters/],
  ['FRONTEND_URL', 'https://blog.example.org/#x', /its path may have letters/],
  ['FRONTEND_URL', 'https://ann@blog.example.org/', /its path may have letters/],
  ['FRONTEND_URL', 'https://blog.example.org/my blog', /its path may have letters/],
  ['FRONTEND_URL', 'https://blog.example.org/a//b', /its path may have letters/],
  ['FRONTEND_URL', 'https://blog.example.org/a/../b', /its path may have letters/],
  ['FRONTEND_URL', 'https://blog.example.org/;Path=/', /its path may have letters/],
  ['DATABASE_URL', 'postgresql:blog', /^DATABASE_URL: not a valid value; /],
  [
    'DATABASE_URL',
    'postgresql://ann:hunter2@localhost/blog',
    /^SECRET_KEY: required with PostgreSQL/,
  ],
  [
    'DATABASE_REPLICA_URL',
    'postgresql://ann:hunter2@localhost/blog',
    /^DATABASE_REPLICA_URL: no longer supported; remove it, every read uses DATABASE_URL$/,
  ],
  ...['hunter2/x', 'hunter2#x', 'hunter2?x', 'a@hunter2/x', 'a#hunter2@x'].map(
    (password): [string, string, RegExp] => [
      'DATABASE_URL',
      `postgresql://ann:${password}@db.example.org/blog`,
      /^DATABASE_URL: not a valid value; .*percent-encoded \(\/ is %2F, @ %40, # %23/,
    ],
  ),
  ['DATABASE_URL', 'mysql://root:hunter2@localhost/blog', /^DATABASE_URL: not a valid value; /],
  ['LOG_LEVEL', 'loud', /trace/],
  ['TRUST_PROXY', 'the one in front', /TRUST_PROXY/],
  ['IMAGE_WORKERS', '0', /1 to 64/],
  ['S3_BUCKET_NAME', 'a/b', /S3_BUCKET_NAME.*a name/],
  ['S3_ENDPOINT_URL', 'https://s3.example.org', /S3_BUCKET_NAME: required with S3_ENDPOINT_URL/],
  ['S3_ACCESS_KEY_ID', 'key', /S3_SECRET_ACCESS_KEY: required with S3_ACCESS_KEY_ID/],
  ['S3_SECRET_ACCESS_KEY', 'secret', /S3_ACCESS_KEY_ID: required with S3_SECRET_ACCESS_KEY/],
  ['MAIL_HELO_NAME', 'mail.example.org\r\nRSET', /a host name, or an IP address in brackets/],
  ['MAIL_HELO_NAME', '-mail', /^MAIL_HELO_NAME/],
  ['MEDIA_BASE_URL', '/media', /MEDIA_BASE_URL.*http or https/],
  ['MEDIA_BASE_URL', 'https://cdn.example.org/?size=2', /MEDIA_BASE_URL/],
];
for (const [name, value, message] of refused) {
  test(`${name}=${value} stops the start and says what is accepted`, () => {
    assert.throws(
      () => readConfig({ [name]: value }, folder),
      (error) => {
        assert.ok(error instanceof ConfigError);
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /hunter2/);
        return true;
      },
    );
  });
}

const taken: [Record<string, string>, Record<string, unknown>][] = [
  [{ TRUST_PROXY: '1' }, { TRUST_PROXY: 1 }],
  [{ TRUST_PROXY: 'true' }, { TRUST_PROXY: true }],
  [{ TRUST_PROXY: '10.0.0.0/8, ::1' }, { TRUST_PROXY: '10.0.0.0/8, ::1' }],
  [{ REGISTRATION: 'Closed' }, { REGISTRATION: 'closed' }],
  [{ IMAGE_WORKERS: '3' }, { IMAGE_WORKERS: 3 }],
  [{ MAIL_HELO_NAME: '[IPv6:2001:db8::7]' }, { MAIL_HELO_NAME: '[IPv6:2001:db8::7]' }],
  [
    { FRONTEND_URL: 'https://blog.example.org/blog//' },
    { basePath: '/blog', FRONTEND_URL: 'https://blog.example.org/blog' },
  ],
  // Nothing else can be meant by the first @.
  ...['p@ss', 'p%40ss', 'p%2Fss', 'p:ss', 'p%ss'].map(
    (password): [Record<string, string>, Record<string, unknown>] => [
      { DATABASE_URL: `postgresql://ann:${password}@db/blog`, SECRET_KEY: 'key' },
      { database: { kind: 'postgresql', url: `postgresql://ann:${password}@db/blog` } },
    ],
  ),
  [{ PORT: '8080' }, { FRONTEND_URL: 'http://localhost:8080' }],
  [{ PORT: '0' }, { FRONTEND_URL: 'http://localhost:8000' }],
  [{ HOST: '0.0.0.0' }, { FRONTEND_URL: 'http://localhost:8000' }],
  [{ HOST: '192.168.1.5' }, { FRONTEND_URL: 'http://192.168.1.5:8000' }],
  [{ HOST: 'fe80::1%eth0' }, { FRONTEND_URL: 'http://localhost:8000' }],
  [{ HOST: 'fd00::5', PORT: '80' }, { FRONTEND_URL: 'http://[fd00::5]:80' }],
  [{ FRONTEND_URL: 'https://blog.example.org/' }, { FRONTEND_URL: 'https://blog.example.org' }],
  [
    { DATABASE_URL: 'sqlite:////srv/blog.db' },
    { database: { kind: 'sqlite', file: '/srv/blog.db' } },
  ],
  ...['postgres', 'postgresql', 'postgresql+psycopg', 'postgresql+asyncpg'].map(
    (scheme): [Record<string, string>, Record<string, unknown>] => [
      { DATABASE_URL: `${scheme}://ann:p%40ss@db.example.org:5433/blog`, SECRET_KEY: 'key' },
      {
        database: {
          kind: 'postgresql',
          url: 'postgresql://ann:p%40ss@db.example.org:5433/blog',
          poolSize: 10,
        },
      },
    ],
  ),
];
for (const [env, expected] of taken) {
  test(`${JSON.stringify(env)} is understood`, () => {
    assert.partialDeepStrictEqual(readConfig(env, folder), expected);
  });
}
