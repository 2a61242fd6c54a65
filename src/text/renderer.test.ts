import assert from 'node:assert/strict';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { test, type TestContext } from 'node:test';
import { until } from '../../test/support/until.ts';
import { Unavailable } from '../errors.ts';
import { createTextRenderer, RENDERED_MAX } from './renderer.ts';
import { renderEscaped } from './plain.ts';

function open(t: TestContext, options = {}) {
  const renderer = createTextRenderer(options);
  t.after(() => renderer.close());
  return renderer;
}

test('short and long texts are rendered alike', async (t) => {
  const renderer = open(t);
  assert.match((await renderer.render('*a*', 'markdown')).html, /<em>a<\/em>/);
  const long = await renderer.render('*a* '.repeat(10_000), 'markdown');
  assert.equal(long.html.split('<em>').length, 10_001);
  assert.equal(long.shownPlain, null);
});

test('a text of more than 200,000 characters is shown as it was typed', async (t) => {
  const { html, shownPlain } = await open(t).render(`*a*${' '.repeat(RENDERED_MAX)}`, 'markdown');
  assert.equal(shownPlain, 'long');
  assert.match(html, /^<p class="typed" dir="auto">\*a\*/);
});

test('a text that takes too long is shown as it was typed, and the next one is rendered', async (t) => {
  const renderer = open(t, { processorMs: 1 });
  const { html, shownPlain } = await renderer.render('`a'.repeat(90_000), 'markdown');
  assert.equal(shownPlain, 'slow');
  assert.match(html, /^<p class="typed" dir="auto">`a`a/);
  assert.match((await renderer.render('*a*', 'markdown')).html, /<em>/);
});

test('long texts wait for each other, but not without end', async (t) => {
  const renderer = open(t);
  const all = await Promise.allSettled(
    Array.from({ length: 20 }, () => renderer.render('a '.repeat(10_000), 'markdown')),
  );
  const refused = all.filter(({ status }) => status === 'rejected');
  assert.equal(refused.length, 4);
  assert.ok(refused.every((one) => one.status === 'rejected' && one.reason instanceof Unavailable));
});

test('after a text that is hard to render the next one waits, after an ordinary one it does not', async (t) => {
  const rests: number[] = [];
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  const rest = (ms: number) => {
    rests.push(ms);
    return over;
  };
  t.after(() => end());
  const renderer = open(t, { rest: (ms: number) => (warm ? rest(ms) : Promise.resolve()) });
  const ordinary = () => renderer.render('*a* '.repeat(5_000), 'markdown');
  // A thread that has just begun takes longer.
  let warm = false;
  for (let n = 0; n < 3; n++) await ordinary();
  warm = true;
  await ordinary();
  assert.deepEqual(rests, []);
  await renderer.render('*_'.repeat(90_000), 'markdown');
  let rendered = false;
  const next = ordinary().then(() => (rendered = true));
  // Short ones do not need the thread.
  await renderer.render('*a*', 'markdown');
  assert.deepEqual([rests.length, rendered], [1, false]);
  // Nine times as long as what is hard at least, and two seconds at most.
  assert.ok(
    rests.every((ms) => ms > 450 && ms <= 2000),
    String(rests),
  );
  end();
  await next;
});

test('a server that stops does not wait for the end of a rest', async () => {
  const rest = async (_ms: number, signal: AbortSignal) => {
    if (!signal.aborted) await once(signal, 'abort');
  };
  const renderer = createTextRenderer({ rest });
  await renderer.render('*_'.repeat(90_000), 'markdown');
  const next = renderer.render('*a* '.repeat(10_000), 'markdown');
  await renderer.close();
  assert.match((await next).html, /<em>/);
});

test('the thread is used again and again without leaving anything behind', async () => {
  const warnings: string[] = [];
  const heard = ({ message }: Error) => warnings.push(message);
  process.on('warning', heard);
  const renderer = createTextRenderer();
  for (let n = 0; n < 12; n++) await renderer.render(`${n}${' word'.repeat(5_000)}`, 'text');
  await renderer.close();
  process.off('warning', heard);
  assert.deepEqual(warnings, []);
});

test(
  'the thread for long texts has a lower priority than all others',
  { skip: process.platform !== 'linux' && 'only Linux has a priority for each thread' },
  async (t) => {
    const usual = getPriority();
    const others = () => prioritiesOfThreads().filter((priority) => priority !== usual);
    await until('threads of earlier tests to end', async () => others().length === 0 || undefined);
    const renderer = open(t);
    // On a very busy machine it may get no time at all, and is ended.
    await until('a text to be rendered', async () => {
      const { shownPlain } = await renderer.render('*a* '.repeat(10_000), 'markdown');
      return shownPlain === null || undefined;
    });
    assert.deepEqual(others(), [Math.min(usual + 10, 19)]);
  },
);

/** Of all threads of this process; one that ends meanwhile has none. */
function prioritiesOfThreads(): number[] {
  return globSync('/proc/self/task/*/stat').flatMap((file) => {
    try {
      const [, fields = ''] = readFileSync(file, 'utf8').split(/.*\) /s);
      // The 19th of all, of which the first two are cut off.
      return Number(fields.split(' ')[16]);
    } catch {
      return [];
    }
  });
}

test('a text of millions of line ends is one of two paragraphs', () => {
  for (const blank of ['\n', '\n ', '\r\n']) {
    const { html } = renderEscaped(`a${blank.repeat(4_000_000)}b`, 'long');
    assert.equal(html.match(/<p /g)?.length, 2);
  }
});
