import { seedBlog } from '../../scripts/seed/seed.ts';
import type { Bench } from '../group.ts';
import { lazy } from '../lazy.ts';
import type { Work } from '../work.ts';

const KB = 1000;

/** What a browser loads of each kind for the home page, compressed, in KB. */
const BUDGETS = { HTML: 15, CSS: 30, JavaScript: 20, font: 70 };
const KINDS: Record<string, keyof typeof BUDGETS> = { css: 'CSS', js: 'JavaScript', woff2: 'font' };

export function pageWeight(bench: Bench): Work[] {
  const weighed = lazy(async () => {
    const { url } = await bench.startMasthead();
    await seedBlog(url, () => {});
    return weigh(url);
  });
  return Object.entries(BUDGETS).map(([kind, atMost]) => ({
    name: `${kind} of the home page`,
    unit: 'KB',
    // The same each time.
    rounds: 1,
    measure: async () => ((await weighed()).get(kind) ?? NaN) / KB,
    goal: { atMost },
  }));
}

/** Bytes on the wire by kind. */
async function weigh(url: string): Promise<Map<string, number>> {
  const headers = { 'accept-encoding': 'br' };
  const page = await fetch(url, { headers });
  const html = await page.text();
  const bytes = new Map([['HTML', length(page)]]);
  for (const [, path = ''] of html.matchAll(/(?:href|src)="(\/static\/assets\/[^"]+)"/g)) {
    const kind = KINDS[path.split('.').at(-1) ?? ''] ?? 'others';
    const asset = await fetch(url + path, { headers });
    await asset.arrayBuffer();
    bytes.set(kind, (bytes.get(kind) ?? 0) + length(asset));
  }
  return bytes;
}

function length(answer: Response): number {
  return Number(answer.headers.get('content-length'));
}
