import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { MASTHEAD } from '../support/processes/masthead.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A stand-in for Node 26: its command line is all that the start needs. */
const says = (name: string) =>
  `#!/bin/sh\ncase $1 in --version) echo v26.1.0 ;; *) echo ${name} ;; esac\n`;
const [SAYS_ITS_OWN, SAYS_PINNED] = [says('own'), says('pinned')];

/** What bin/masthead says in an installation of its own with these programs as the machine's and the pinned Node. */
async function run(t: TestContext, programs: { own?: string; pinned?: string }): Promise<string> {
  const folder = await temporaryFolder(t);
  const write = async (path: string, text: string | undefined) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    if (text !== undefined) await writeFile(join(folder, path), text, { mode: 0o755 });
  };
  await write('bin/masthead', undefined);
  await copyFile(MASTHEAD, join(folder, 'bin/masthead'));
  await chmod(join(folder, 'bin/masthead'), 0o755);
  await write('own/node', programs.own);
  await write('node_modules/.bin/node', programs.pinned);
  const env = { PATH: `${folder}/own` };
  const { promise, resolve } = Promise.withResolvers<string>();
  execFile('/bin/sh', [join(folder, 'bin/masthead')], { env }, (error, stdout, stderr) =>
    resolve(`${error?.code ?? 0} ${stdout}${stderr}`.trim()),
  );
  return promise;
}

test('the pinned Node is used, wherever the command is called from', async (t) => {
  assert.equal(await run(t, { own: SAYS_ITS_OWN, pinned: SAYS_PINNED }), '0 pinned');
  assert.equal(await run(t, { pinned: SAYS_PINNED }), '0 pinned');
});

test("without it, the machine's own is used", async (t) => {
  assert.equal(await run(t, { own: SAYS_ITS_OWN }), '0 own');
});

test('a Node that is too old, or none, is refused in one line', async (t) => {
  const needs = '1 masthead: needs Node 26 or later as `node`; ';
  assert.equal(await run(t, {}), `${needs}there is none`);
  for (const version of ['v20.20.2', 'v25.9.0', 'v3.1.0']) {
    const own = `#!/bin/sh\necho ${version}\n`;
    assert.equal(await run(t, { own }), `${needs}this one is ${version}`);
  }
});
