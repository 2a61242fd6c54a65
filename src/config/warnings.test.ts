import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readConfig, readWarnings } from '../config.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';

/** What a `.env` file with these bytes says and is warned of. */
async function written(t: TestContext, bytes: string | Uint8Array) {
  const folder = await temporaryFolder(t);
  writeFileSync(join(folder, '.env'), bytes);
  return { config: readConfig({}, folder), warnings: readWarnings({}, folder) };
}

const TEXT = 'REGISTRATION=closed\r\nSITE_NAME="Zoë’s"\r\n';
const bigEndian = (text: string) => Buffer.from(text, 'utf16le').swap16();

for (const [encoding, bytes] of Object.entries({
  'UTF-8': Buffer.from(TEXT),
  'UTF-8 with a byte order mark': Buffer.from(`\uFEFF${TEXT}`),
  'UTF-16 as Windows writes it': Buffer.from(`\uFEFF${TEXT}`, 'utf16le'),
  'UTF-16 without a mark': Buffer.from(TEXT, 'utf16le'),
  'UTF-16, big endian': bigEndian(`\uFEFF${TEXT}`),
  'UTF-16, big endian, without a mark': bigEndian(TEXT),
})) {
  test(`a .env file in ${encoding} loses nothing`, async (t) => {
    const { config, warnings } = await written(t, bytes);
    assert.deepEqual([config.REGISTRATION, config.SITE_NAME], ['closed', 'Zoë’s']);
    assert.deepEqual(warnings, []);
  });
}

test('bytes that are no text are told of', async (t) => {
  const { warnings } = await written(t, Buffer.from('SITE_NAME=Zo\xeb', 'latin1'));
  assert.deepEqual(warnings, ['.env has characters that are neither UTF-8 nor UTF-16']);
});

test('each line that is not NAME=value is told of, without what it holds', async (t) => {
  const { warnings } = await written(
    t,
    [
      '# a comment: with a colon',
      '',
      'mail_server: smtp.example.org',
      '  export PORT = 9001',
      'SECRET_KEY hunter2',
      'hunter2',
      'SITE_NAME="two',
      'lines: of it"',
      '$env:MAIL_FROM="hunter2"',
      'set DATA_DIR=./hunter2',
      'MAIL_USERNAME=#hunter2',
      'MAIL_PASSWORD="never closed',
      'HOST: hunter2',
    ].join('\n'),
  );
  assert.deepEqual(warnings, [
    '.env, line 3: not understood; write it as MAIL_SERVER=value',
    '.env, line 5: not understood; write it as SECRET_KEY=value',
    '.env, line 6: not understood; write it as NAME=value',
    '.env, line 9: not understood; write it as NAME=value',
    '.env, line 10: not understood; write it as NAME=value',
    '.env, line 13: not understood; write it as HOST=value',
  ]);
});

const MISSPELT: Record<string, string | undefined> = {
  MAIL_USER: 'MAIL_USERNAME',
  MAIL_PASS: 'MAIL_PASSWORD',
  MAIL_SEVER: 'MAIL_SERVER',
  MAIL_USE_SSL: 'MAIL_USE_TLS',
  mail_form: 'MAIL_FROM',
  S3_BUCKET: 'S3_BUCKET_NAME',
  S3_ENDPOINT: 'S3_ENDPOINT_URL',
  S3_ACCESS_KEY: 'S3_ACCESS_KEY_ID',
  S3_SECRET_KEY: 'S3_SECRET_ACCESS_KEY',
  DATABASE_URI: 'DATABASE_URL',
  FRONTEND_ULR: 'FRONTEND_URL',
  REGISTRATON: 'REGISTRATION',
  SECRETKEY: 'SECRET_KEY',
  SITENAME: 'SITE_NAME',
  POST_PER_PAGE: 'POSTS_PER_PAGE',
  NODE_ENV: undefined,
  POSTGRES_PASSWORD: undefined,
};

for (const [name, meant] of Object.entries(MISSPELT)) {
  test(`${name} in .env means nothing${meant === undefined ? '' : `, ${meant} was meant`}`, async (t) => {
    const { warnings } = await written(t, `${name}=hunter2\n`);
    const nearest = meant === undefined ? '' : `; the nearest name is ${meant}`;
    assert.deepEqual(warnings, [`.env: ${name.toUpperCase()} means nothing to Masthead${nearest}`]);
  });
}

test('in the environment only names that look like ours are told of', async (t) => {
  const folder = await temporaryFolder(t);
  const others = [
    'PATH',
    'MAIL',
    'HOSTNAME',
    'USERNAME',
    'LOG_DIR',
    'NODE_ENV',
    'DATA_PATH',
    'SITE_URL',
  ];
  const ours = ['MAIL_HOST', 'S3_KEY', 'DATABASE_PASSWORD', 'REGISTRATON', 'secret_key', 'METRICS'];
  const env = Object.fromEntries([...others, ...ours, 'PORT'].map((name) => [name, '1']));
  assert.deepEqual(readWarnings(env, folder), [
    'environment: MAIL_HOST means nothing to Masthead; the nearest name is MAIL_PORT',
    'environment: S3_KEY means nothing to Masthead; the nearest name is S3_REGION',
    'environment: DATABASE_PASSWORD means nothing to Masthead; the nearest name is DATABASE_URL',
    'environment: REGISTRATON means nothing to Masthead; the nearest name is REGISTRATION',
    'environment: secret_key means nothing to Masthead; the nearest name is SECRET_KEY',
  ]);
});
