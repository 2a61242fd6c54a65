import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const CODE = `
await import('./src/serve.ts');
console.log(process.moduleLoadList.filter((name) => / (http|internal.deps.undici.undici)$/.test(name)).join());`;

test('the modules of the server load node:http without fetch', async () => {
  const flags = ['--import=./src/runtime/resolve-hook.ts', '--input-type=module'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, '-e', CODE], {
    cwd: join(import.meta.dirname, '..', '..'),
  });
  assert.equal(stdout.trim(), 'NativeModule http');
});
