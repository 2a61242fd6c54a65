/**
 * `npm run soak`: mixed traffic over every part of the blog, with hostile files, while decoders and
 * servers are killed; with `--postgres --s3` two nodes on both, which go away as well. At the end
 * nothing may be lost, left behind or grown; otherwise the exit status is 1.
 */
import { parseArgs } from 'node:util';
import { residentBytes } from '../../test/support/processes/process-memory.ts';
import { quantile } from '../statistics.ts';
import { startBlog } from './blog.ts';
import { invitePeople } from './host.ts';
import { createJournal } from './journal.ts';
import { createPerson } from './person.ts';
import { openPlace } from './place.ts';
import { createRandom } from './random.ts';
import { printReport } from './report.ts';
import { collectUploads } from './uploads.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    people: { type: 'string', default: '12' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    postgres: { type: 'boolean', default: false },
    s3: { type: 'boolean', default: false },
  },
});
const duration = Number(values.minutes) * 60_000;
/** Servers are killed during this part of the time; during the rest their memory is watched. */
const STORM = 0.6;
/** How long after its last start a server under this traffic fills its heap; milliseconds. */
const WARM_UP_MS = 150_000;
const MB = 1024 * 1024;

console.log(`${values.minutes} minutes, ${values.people} people, --seed ${values.seed}`);
const random = createRandom(Number(values.seed));
const journal = createJournal();
await using place = await openPlace({ postgres: values.postgres, s3: values.s3 });
const blog = await startBlog(place);
const uploads = await collectUploads();
const people = await Promise.all(
  Array.from({ length: Number(values.people) }, (_, n) =>
    createPerson(blog, journal, createRandom(random.below(2 ** 31)), uploads, `person${n}`),
  ),
);
const [host] = people;
if (!host) throw new Error('--people must be at least 1');

const begun = performance.now();
const share = () => (performance.now() - begun) / duration;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const struck = new Map<string, number>();
const strike = (name: string) => struck.set(name, (struck.get(name) ?? 0) + 1);
const downtimes: number[] = [];
const memory: { at: number; server: number; children: number }[] = [];
let startedAt = begun;

async function killDecoders(): Promise<void> {
  while (share() < 1) {
    await pause(1000 + random.below(4000));
    const decoders = blog.nodes.flatMap((node) => node.decoders());
    if (decoders.length === 0) continue;
    try {
      process.kill(random.pick(decoders), 'SIGKILL');
      strike('decoder');
    } catch {
      // The decoder has just ended by itself.
    }
  }
}

/** Takes away one thing at a time, so that a node never starts without its database. */
async function takeAway(): Promise<void> {
  for (;;) {
    await pause(5000 + random.below(20_000));
    if (share() > STORM) return;
    const down = performance.now();
    const fault = place.faults[random.below(place.faults.length + 1)];
    if (fault) await fault.strike(500 + random.below(4000));
    else await random.pick(blog.nodes).crash();
    startedAt = performance.now();
    if (!fault) downtimes.push(startedAt - down);
    strike(fault?.name ?? 'server');
  }
}

async function watchMemory(): Promise<void> {
  while (share() < 1) {
    await pause(500);
    if (share() < STORM) continue;
    const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0);
    const server = sum(blog.nodes.map((node) => sizeOf(node.pid())));
    const children = sum(blog.nodes.flatMap((node) => node.decoders().map(sizeOf)));
    memory.push({ at: performance.now(), server, children });
  }
}

function sizeOf(pid: number): number {
  try {
    // A process that only waits to be reaped has no memory.
    return residentBytes(pid) / MB || 0;
  } catch {
    return 0;
  }
}

async function live(person: (typeof people)[number]): Promise<void> {
  while (share() < 1) await person.step();
}

const over = () => share() >= 1;
await Promise.all([
  ...people.map(live),
  invitePeople(blog, journal, host, over),
  killDecoders(),
  takeAway(),
  watchMemory(),
]);
const expected = (await Promise.all(people.map((person) => person.settle()))).flat().toSorted();
for (const node of blog.nodes) {
  if ((await node.stop()) !== 0) journal.violated('a server did not end well');
}
for (const command of [
  ['media', 'sweep', '--now'],
  ['media', 'check'],
]) {
  const { status, output } = await blog.command(...command);
  if (status !== 0) journal.violated(`${command.join(' ')} ended with ${status}: ${output}`);
}
const found = await place.files();
for (const file of expected) if (!found.includes(file)) journal.violated(`lost: ${file}`);
for (const file of found) if (!expected.includes(file)) journal.violated(`left behind: ${file}`);

const warm = memory.filter(({ at }) => at > startedAt + WARM_UP_MS).map(({ server }) => server);
const half = Math.ceil(warm.length / 2);
const [first, last] = [quantile(warm.slice(0, half), 0.5), quantile(warm.slice(half), 0.5)];
if (last > first * 1.1 + 20) journal.violated(`memory grew from ${first} to ${last} MB`);
const peak = Math.max(0, ...memory.map(({ server, children }) => server + children));
printReport(journal, { struck, downtimes, growth: warm.length < 2 ? null : { first, last }, peak });
process.exitCode = journal.violations.length > 0 ? 1 : 0;
