import assert from 'node:assert/strict';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { fewReadsInATurn } from './reads-in-a-turn.ts';

/** What asks one after the other in one turn, and what of it has begun. */
function requests() {
  const begun: string[] = [];
  const listener = fewReadsInATurn(({ url = '' }) => void begun.push(url));
  const ask = (method: string, url: string) => {
    const request = Object.assign(new IncomingMessage(new Socket()), { method, url });
    listener(request, new ServerResponse(request));
  };
  return { begun, ask };
}

test('a write passes the readers that came before it, who all have their turn in their order', async () => {
  const { begun, ask } = requests();
  const readers = Array.from({ length: 10 }, (_, n) => `reader ${n}`);
  for (const reader of readers) ask('GET', reader);
  ask('POST', 'writer');
  assert.deepEqual(begun, [...readers.slice(0, 4), 'writer']);
  await setImmediate();
  ask('GET', 'late');
  ask('DELETE', 'another');
  assert.deepEqual(begun, [...readers.slice(0, 4), 'writer', ...readers.slice(4, 8), 'another']);
  while (begun.length < 13) await setImmediate();
  assert.deepEqual(begun.slice(-3), [...readers.slice(8), 'late']);
});

test('with few readers each begins at once, turn after turn', async () => {
  const { begun, ask } = requests();
  for (let turn = 1; turn <= 3; turn++) {
    for (let n = 0; n < 4; n++) ask('GET', '/');
    assert.equal(begun.length, turn * 4);
    await setImmediate();
  }
});
