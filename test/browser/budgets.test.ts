import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page, Response } from 'playwright-core';
import { seedBlog } from '../../scripts/seed/seed.ts';
import { assetsOf, type Manifest } from '../../src/views/assets.ts';
import { becomes, settled } from '../support/awaited.ts';
import { openSite } from '../support/site.ts';

const CLIENT = join(import.meta.dirname, '../../dist/client');
const KB = 1000;

const site = await openSite();
await seedBlog(site.url, () => {});

const manifest = JSON.parse(readFileSync(join(CLIENT, 'manifest.json'), 'utf8')) as Manifest;
const assets = assetsOf(manifest, '');
const packed = (files: string[]) =>
  files.reduce((sum, file) => sum + statSync(join(CLIENT, `${file}.br`)).size, 0);

test('styles, scripts and the serif stay within their budgets', () => {
  assert.ok(packed(assets.css) < 30 * KB, `CSS ${packed(assets.css)}`);
  const scripts = packed([...assets.js, assets.theme]);
  assert.ok(scripts < 20 * KB, `scripts ${scripts}`);
  // Both files of the serif, which a page with an Ł loads.
  const fonts = Object.values(manifest).filter(({ file }) => file.endsWith('.woff2'));
  const font = fonts.reduce((sum, { file }) => sum + statSync(join(CLIENT, file)).size, 0);
  assert.equal(fonts.length, 2);
  assert.ok(font < 70 * KB, `font ${font}`);
});

test('what only the composer loads is small, too', () => {
  const names = ['client/main.ts', 'client/theme.ts', 'client/composer/composer.ts'];
  const files = new Set<string>();
  const add = (name: string): void => {
    const { file, imports = [] } = manifest[name] as { file: string; imports?: string[] };
    files.add(file);
    for (const one of imports) add(one);
  };
  names.forEach(add);
  assert.ok(files.size >= 3);
  const scripts = packed([...files]);
  assert.ok(scripts < 20 * KB, `scripts ${scripts}`);
});

test('the home page has at most 15 KB and loads only its own few files', async () => {
  const { page, misdeeds, leave } = await site.visit({ viewport: { width: 1440, height: 900 } });
  const asked: Record<string, number> = {};
  page.on('request', (request) => {
    const ofPost = /\/media\/post_(?:480|960)\//.test(request.url());
    const type = ofPost ? 'ofPost' : request.resourceType();
    asked[type] = (asked[type] ?? 0) + 1;
  });
  const answer = await page.goto('/');
  await settled(page);
  assert.match((await answer?.allHeaders())?.['content-encoding'] ?? '', /^(?:br|gzip)$/);
  const sizes = await answer?.request().sizes();
  assert.ok((sizes?.responseBodySize ?? Infinity) < 15 * KB, JSON.stringify(sizes));
  const { image = 0, ofPost = 0, other = 0, ...others } = asked;
  assert.deepEqual(others, { document: 1, stylesheet: 1, script: 2, font: 1 });
  // Without the icon, which a browser without tabs does not request.
  assert.ok(other <= 1, `${other} others`);
  // At most one for each of the six authors.
  assert.ok(image > 0 && image <= 6, `${image} pictures`);
  // At most one for each post that has any, in a small file.
  assert.ok(ofPost > 0 && ofPost <= 3, `${ofPost} pictures of posts`);
  assert.deepEqual(misdeeds, { violations: [], foreign: [], errors: [] });
  await leave();
});

/** Each with the most kilobytes of its markup, and of everything it loads on a phone. */
const PAGES = {
  '/posts/1': { markup: 15, all: 130 },
  '/tags/rowing': { markup: 15, all: 150 },
  '/search?q=the': { markup: 15, all: 110 },
  '/archive': { markup: 5, all: 100 },
  '/people': { markup: 5, all: 120 },
  '/login': { markup: 5, all: 100 },
};
for (const [path, budget] of Object.entries(PAGES)) {
  test(`${path} has at most ${budget.markup} KB, and ${budget.all} with all it loads`, async () => {
    const { page, misdeeds, leave } = await site.visit();
    const answers: Response[] = [];
    page.on('response', (answer) => answers.push(answer));
    await page.goto(path);
    await settled(page);
    const sizes = await Promise.all(
      answers.map(async (one) => (await one.request().sizes()).responseBodySize),
    );
    const all = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok((sizes[0] ?? Infinity) < budget.markup * KB, `${sizes[0]} bytes of markup`);
    assert.ok(all > 50 * KB && all < budget.all * KB, `${all} bytes`);
    assert.deepEqual(misdeeds, { violations: [], foreign: [], errors: [] });
    await leave();
  });
}

test('a letter beyond Latin-1 costs one more file, in the same serif', async () => {
  const { token } = await site.client.person('Łucja');
  const { id } = await site.client.post(token, 'Łódź', 'Zażółć gęślą jaźń.');
  const { page, leave } = await site.visit();
  const fonts: string[] = [];
  page.on('request', (request) => {
    if (request.resourceType() === 'font') fonts.push(request.url());
  });
  await page.goto(`/posts/${id}`);
  await settled(page);
  await becomes(async () => fonts.length, 2);
  await becomes(() => page.evaluate(`document.fonts.check('1em Newsreader', 'Łódź')`), true);
  await leave();
});

const SHIFTED = `
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const { value } of list.getEntries()) shifted += value;
  }).observe({ type: 'layout-shift', buffered: true });
`;

/** An event of a trace; see https://www.chromium.org/developers/how-tos/trace-event-profiling-tool/. */
interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  args: { name?: string };
  /** microseconds of the processor that the thread had */
  tdur?: number;
}

/**
 * Milliseconds of the longest task on a page's main thread from its address to its last frame. Of the
 * processor, not by the clock: on a busy machine anything takes long by the clock.
 */
async function longestTask(page: Page, path: string): Promise<number> {
  const browser = page.context().browser();
  assert.ok(browser);
  await browser.startTracing(page, {
    categories: ['toplevel', 'disabled-by-default-devtools.timeline'],
  });
  await page.goto(path);
  await settled(page);
  const trace = (await browser.stopTracing()).toString();
  const { traceEvents } = JSON.parse(trace) as { traceEvents: TraceEvent[] };
  const main = traceEvents
    .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
    .map(({ pid, tid }) => `${pid} ${tid}`);
  const tasks = traceEvents.filter(
    ({ name, pid, tid }) => name.endsWith('RunTask') && main.includes(`${pid} ${tid}`),
  );
  assert.ok(tasks.length > 10);
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
}

for (const width of [390, 1440]) {
  test(`the home page loads without a layout shift and without a long task, at ${width} px`, async () => {
    const { page, leave } = await site.visit({ viewport: { width, height: 900 } });
    await page.addInitScript(SHIFTED);
    const tasks: number[] = [];
    for (let visit = 0; visit < 3; visit++) tasks.push(await longestTask(page, '/'));
    // Browsers call 50 ms long. Who shares a core with another program needs more of it for the same work.
    const longest = Math.min(...tasks);
    assert.ok(longest > 0 && longest < 50, `${longest} ms`);
    assert.ok((await page.evaluate<number>('shifted')) < 0.001);
    await leave();
  });
}
