import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { openDatabase } from '../../src/db/open.ts';
import { PATH } from '../support/processes/masthead.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PROJECT = join(import.meta.dirname, '..', '..');
const hosting = (name: string) => readFile(join(PROJECT, 'docs', 'hosting', name), 'utf8');

test("a host's command runs on the server's data with its variables, in any working folder", async (t) => {
  const folder = await temporaryFolder(t);
  const dataDir = join(folder, "the club's");
  await mkdir(dataDir);
  await writeFile(
    join(folder, 'masthead.env'),
    "FRONTEND_URL=https://blog.example.org\nSITE_NAME='Chess & Go $1'\n",
  );
  const script = (await hosting('masthead'))
    .replace('/etc/masthead.env', join(folder, 'masthead.env'))
    .replaceAll('/var/lib/masthead', `"${dataDir}"`)
    .replace('/var/cache/masthead', join(folder, 'compiled'))
    .replace('/opt/masthead', PROJECT)
    // Only root may become another user.
    .replace('setpriv --reuid masthead --regid masthead --init-groups ', '');
  await writeFile(join(folder, 'masthead'), script, { mode: 0o755 });

  const command = join(folder, 'masthead');
  const create = ['user', 'create', 'Ann of the Club', 'ann@example.org'];
  const { stdout } = await promisify(execFile)(command, create, { cwd: '/', env: PATH });

  assert.match(stdout, /^Created Ann of the Club, user 1\nhttps:\/\/blog\.example\.org\//);
  const db = await openDatabase({ kind: 'sqlite', file: join(dataDir, 'masthead.db') });
  t.after(() => db.destroy());
  const people = await db.selectFrom('users').select('username').execute();
  assert.deepEqual(
    people.map(({ username }) => username),
    ['Ann of the Club'],
  );
});

test('the command and the unit use the same user, program, data and variables', async () => {
  const [command, unit] = await Promise.all([hosting('masthead'), hosting('masthead.service')]);
  const first = (text: string, pattern: RegExp) => pattern.exec(text)?.[1] ?? assert.fail(text);
  const inUnit = {
    user: first(unit, /^User=(.+)$/m),
    program: first(unit, /^ExecStart=(.+)$/m),
    data: first(unit, /^Environment=DATA_DIR=(.+)$/m),
    compiled: first(unit, /^Environment=NODE_COMPILE_CACHE=(.+)$/m),
    folder: first(unit, /^WorkingDirectory=(.+)$/m),
    variables: first(unit, /^EnvironmentFile=-?(.+)$/m),
  };
  assert.deepEqual(inUnit, {
    user: first(command, /--reuid (\S+) /),
    program: first(command, /--init-groups (.+) "\$@"$/m),
    data: first(command, /^DATA_DIR=(.+)$/m),
    compiled: first(command, /^NODE_COMPILE_CACHE=(.+)$/m),
    folder: first(command, /^cd (.+)$/m),
    variables: first(command, /^\. (.+)$/m),
  });
});
