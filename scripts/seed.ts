/** `npm run seed -- [url]`: demo people, faces, posts and comments for a running blog, over its HTTP API. */
import { parseArgs } from 'node:util';
import { SeedError } from './seed/api.ts';
import { DEMO_PASSWORD, PEOPLE } from './seed/people.ts';
import { seedBlog } from './seed/seed.ts';

const DEFAULT_URL = 'http://localhost:8000';
const USAGE = `usage: npm run seed -- [url]
  url  where the blog runs, ${DEFAULT_URL} if left out`;

/** Returns the exit status: 0 well, 1 failed, 2 wrong usage. */
async function main(args: string[]): Promise<number> {
  const url = addressIn(args);
  if (url === undefined) {
    console.error(USAGE);
    return 2;
  }
  const progress = progressLine();
  try {
    const { people, faces, posts, comments } = await seedBlog(url, progress.show);
    progress.end();
    console.log(
      `${url} has ${people} more people, ${faces} faces, ${posts} posts and ${comments} comments.`,
    );
    console.log(`Log in as ${PEOPLE[0]?.email} or another; the password is "${DEMO_PASSWORD}".`);
    return 0;
  } catch (error) {
    progress.end();
    console.error(error instanceof SeedError ? `seed: ${error.message}` : error);
    return 1;
  }
}

function addressIn(args: string[]): string | undefined {
  try {
    const { positionals } = parseArgs({ args, allowPositionals: true });
    const [url = DEFAULT_URL, ...more] = positionals;
    const known = /^https?:$/.test(URL.parse(url)?.protocol ?? '');
    return known && more.length === 0 ? url : undefined;
  } catch {
    return undefined;
  }
}

/** A line that is overwritten on a terminal; nothing elsewhere, where it would be fifty lines. */
function progressLine() {
  const { isTTY } = process.stderr;
  const write = (text: string) => isTTY && process.stderr.write(`\r\u001B[K${text}`);
  return { show: (step: string) => write(`Seeding: ${step}`), end: () => write('') };
}

process.exitCode = await main(process.argv.slice(2));
