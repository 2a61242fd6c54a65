/**
 * `npm run lighthouse`: Lighthouse's four figures for a seeded blog on the production server, as
 * the table of docs/measurements/page-weight.md.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import lighthouse, { type Result } from 'lighthouse';
import { launchBrowser } from '../test/support/browser/browser.ts';
import { createClient } from '../test/support/client.ts';
import { freePort } from '../test/support/servers/ports.ts';
import { spawnMasthead } from '../test/support/processes/service.ts';
import { createVisitor } from '../test/support/visitor.ts';
import { seedBlog } from './seed/seed.ts';

const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];

/** A seeded blog's newest post has the highest number. */
const PAGES = {
  home: '/',
  'a post': '/posts/1',
  'a tag': '/tags/rowing',
  'a search': '/search?q=the',
  login: '/login',
  'the composer': '/posts/new',
};

/** The cookies of a new account, which the composer asks for. */
async function signIn(url: string): Promise<string> {
  const person = await createClient(url).person();
  const visitor = createVisitor(url);
  await visitor.signIn(person);
  return [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
}

/** Measures as a mid-range phone on a mobile line, which is Lighthouse's default. */
async function measure(url: string, port: number, cookie: string): Promise<Result> {
  const run = await lighthouse(url, {
    port,
    ...(cookie !== '' && { extraHeaders: { cookie } }),
    logLevel: 'error',
    output: 'json',
    onlyCategories: CATEGORIES,
  });
  if (!run || run.lhr.runtimeError) throw new Error(run?.lhr.runtimeError?.message ?? 'no result');
  return run.lhr;
}

/** The audits that kept a figure from 100. */
function losses({ categories, audits }: Result): string[] {
  return Object.values(categories).flatMap(({ title, auditRefs }) =>
    auditRefs
      .filter(({ weight, id }) => weight > 0 && (audits[id]?.score ?? 1) < 1)
      .map(({ id }) => `${title}: ${audits[id]?.title} (${audits[id]?.displayValue ?? id})`),
  );
}

async function main(): Promise<void> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'masthead-lighthouse-'));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  const variables = {
    PORT: '0',
    LOG_LEVEL: 'error',
    RATE_LIMITS: 'off',
    SITE_NAME: 'The Lockside Post',
  };
  const service = spawnMasthead(folder, variables);
  started.defer(async () => {
    service.kill('SIGTERM');
    await service.ended;
  });
  const url = await service.url();
  await seedBlog(url, () => {});
  const cookie = await signIn(url);
  const port = await freePort();
  const browser = await launchBrowser([`--remote-debugging-port=${port}`]);
  started.defer(() => browser.close());

  console.log(
    '| page | performance | accessibility | best practices | SEO |\n| --- | --- | --- | --- | --- |',
  );
  for (const [name, path] of Object.entries(PAGES)) {
    const result = await measure(url + path, port, path === PAGES['the composer'] ? cookie : '');
    const figures = CATEGORIES.map((id) => Math.round((result.categories[id]?.score ?? 0) * 100));
    console.log(`| ${name} | ${figures.join(' | ')} |`);
    for (const loss of losses(result)) console.error(`  ${name}: ${loss}`);
  }
}

await main();
