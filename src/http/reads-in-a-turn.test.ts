import assert from 'node:assert/strict';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { until } from '../../test/support/until.ts';
import { fewReadsInATurn } from './reads-in-a-turn.ts';

/** What asks one after the other in one turn, and what of it has begun. */
function requests() {
  const begun: string[] = [];
  const listener = fewReadsInATurn(({ url = '' }) => void begun.push(url), 16);
  const ask = (method: string, url: string) => {
    const request = Object.assign(new IncomingMessage(new Socket()), { method, url });
    const response = new ServerResponse(request);
    listener(request, response);
    return response;
  };
  return { begun, ask };
}

test('a write passes the readers that came before it, who all have their turn in their order', async () => {
  const { begun, ask } = requests();
  const readers = Array.from({ length: 22 }, (_, n) => `reader ${n}`);
  for (const reader of readers) ask('GET', reader);
  ask('POST', 'writer');
  assert.deepEqual(begun, [...readers.slice(0, 16), 'writer']);
  await setImmediate();
  ask('GET', 'late');
  ask('DELETE', 'another');
  assert.deepEqual(begun.slice(17), ['reader 16', 'another']);
  while (begun.length < 25) await setImmediate();
  assert.deepEqual(begun.slice(19), [...readers.slice(17), 'late']);
});

test('beside a write one reader begins in a turn, some time after it sixteen again', async () => {
  const { begun, ask } = requests();
  const beginInOneTurn = async () => {
    const before = begun.length;
    for (let n = 0; n < 16; n++) ask('GET', '/');
    const began = begun.length - before;
    while (begun.length < before + 16) await setImmediate();
    await setImmediate();
    return began;
  };
  assert.equal(await beginInOneTurn(), 16);
  const write = ask('POST', '/');
  assert.equal(await beginInOneTurn(), 1);
  write.emit('close');
  await until('sixteen at once', async () => (await beginInOneTurn()) === 16 || undefined);
});
