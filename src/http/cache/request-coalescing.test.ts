import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import { counting } from '../../../test/support/servers/counting-app.ts';
import { until } from '../../../test/support/until.ts';

/** Of every request, so that all ask for the same response. */
const HEADERS = { 'accept-encoding': 'gzip' };

/** A page that a change has dropped, asked for by one and then by seven more, who have all come while it is made. */
async function droppedPage(t: TestContext) {
  const { get, versions, state, port } = await counting(t);
  await get('/page', HEADERS);
  versions.now = { content: 2, access: 1 };
  const gate = Promise.withResolvers<void>();
  state.gate = gate.promise;
  const maker = connect(port, '127.0.0.1').on('error', () => {});
  maker.write('GET /page HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n');
  await until('its making', async () => state.made === 2 || undefined);
  const others = Promise.all(Array.from({ length: 7 }, () => get('/page', HEADERS)));
  await until('the others', async () => state.asked === 9 || undefined);
  return { versions, state, maker, others, open: gate.resolve };
}

test('of those who ask for a response that was dropped one makes it, and the others wait', async (t) => {
  const { state, others, open } = await droppedPage(t);
  open();
  assert.deepEqual(new Set((await others).map(({ text }) => text)), new Set(['2']));
  assert.equal(state.made, 2);
});

test('who waits in vain for a response makes it, also when the one who made it has left', async (t) => {
  const { versions, state, others, open } = await droppedPage(t);
  versions.now = { content: 3, access: 1 };
  open();
  await others;
  assert.equal(state.made, 9, 'it was dropped again while it was made');
  const left = await droppedPage(t);
  left.maker.destroy();
  await until('that all others make it', async () => left.state.made === 9 || undefined);
  left.open();
  await left.others;
});

test('nobody waits until the one who asked first has read the response', async (t) => {
  const { state, maker, others, open } = await droppedPage(t);
  maker.pause();
  // More than the kernel takes, so that some of it stays unsent.
  state.bytes = 8_000_000;
  open();
  await others;
  assert.equal(state.made, 9, 'it is too large for the cache');
  assert.ok(!maker.destroyed);
});
