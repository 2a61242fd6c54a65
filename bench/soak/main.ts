/**
 * `npm run soak`: mixed traffic with hostile files while decoders and the server are killed. At the
 * end nothing may be lost, left behind or grown; otherwise the exit status is 1.
 */
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { storeKeys } from '../../src/media/picture-variants.ts';
import { mediaFiles } from '../../test/support/media-files.ts';
import { residentBytes } from '../../test/support/process-memory.ts';
import { startBlog } from './blog.ts';
import { createPerson } from './person.ts';
import { createRandom } from './random.ts';
import { createJournal } from './journal.ts';
import { quantile } from '../statistics.ts';
import { collectUploads } from './uploads.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    people: { type: 'string', default: '12' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const duration = Number(values.minutes) * 60_000;
/** The server is killed during this part of the time; during the rest its memory is watched. */
const STORM = 0.6;
/** How long after its last start a server under this traffic fills its heap; milliseconds. */
const WARM_UP_MS = 150_000;
const MB = 1024 * 1024;

console.log(`${values.minutes} minutes, ${values.people} people, --seed ${values.seed}`);
const random = createRandom(Number(values.seed));
const journal = createJournal();
await using data = await mkdtempDisposable(join(tmpdir(), 'masthead-soak-'));
const blog = await startBlog(data.path);
await blog.up();
const uploads = await collectUploads();
const people = await Promise.all(
  Array.from({ length: Number(values.people) }, (_, n) =>
    createPerson(blog, journal, createRandom(random.below(2 ** 31)), uploads, `person${n}`),
  ),
);

const begun = performance.now();
const share = () => (performance.now() - begun) / duration;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
let decodersKilled = 0;
let serversKilled = 0;
const downtimes: number[] = [];
const memory: { at: number; server: number; children: number }[] = [];
let startedAt = begun;

async function killDecoders(): Promise<void> {
  while (share() < 1) {
    await pause(1000 + random.below(4000));
    const children = blog.children();
    if (children.length === 0) continue;
    try {
      process.kill(random.pick(children), 'SIGKILL');
      decodersKilled += 1;
    } catch {
      // It ended by itself a moment ago.
    }
  }
}

async function killServers(): Promise<void> {
  for (;;) {
    await pause(5000 + random.below(20_000));
    if (share() > STORM) return;
    const down = performance.now();
    await blog.crash();
    startedAt = performance.now();
    downtimes.push(startedAt - down);
    serversKilled += 1;
  }
}

async function watchMemory(): Promise<void> {
  while (share() < 1) {
    await pause(500);
    if (share() < STORM) continue;
    const children = blog.children().map(sizeOf);
    memory.push({
      at: performance.now(),
      server: sizeOf(blog.pid()),
      children: children.reduce((sum, bytes) => sum + bytes, 0),
    });
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

await Promise.all([...people.map(live), killDecoders(), killServers(), watchMemory()]);
const pictures = (await Promise.all(people.map((person) => person.settle()))).filter(
  (file) => file !== null,
);
if ((await blog.stop()) !== 0) journal.violated('the server did not end well');
for (const command of [
  ['media', 'sweep', '--now'],
  ['media', 'check'],
]) {
  const { status, output } = await blog.command(...command);
  if (status !== 0) journal.violated(`${command.join(' ')} ended with ${status}: ${output}`);
}
const expected = pictures.flatMap((file) => storeKeys(file.replace(/\.jpg$/, ''))).toSorted();
const found = await mediaFiles(data.path);
for (const file of expected) if (!found.includes(file)) journal.violated(`lost: ${file}`);
for (const file of found) if (!expected.includes(file)) journal.violated(`left behind: ${file}`);

const warm = memory.filter(({ at }) => at > startedAt + WARM_UP_MS).map(({ server }) => server);
const half = Math.ceil(warm.length / 2);
const [first, last] = [quantile(warm.slice(0, half), 0.5), quantile(warm.slice(half), 0.5)];
if (last > first * 1.1 + 20) journal.violated(`memory grew from ${first} to ${last} MB`);

console.table(
  Object.fromEntries(
    journal
      .table()
      .map(([kind = '', answers, statuses, median, p99]) => [
        kind,
        { answers, statuses, 'median ms': median, '99th percentile ms': p99 },
      ]),
  ),
);
const peak = Math.max(0, ...memory.map(({ server, children }) => server + children));
console.log(`killed: ${decodersKilled} decoders, ${serversKilled} servers`);
console.log(
  `down after a kill: median ${quantile(downtimes, 0.5).toFixed(0)} ms, at most ${Math.max(0, ...downtimes).toFixed(0)} ms`,
);
console.log(
  warm.length < 2
    ? "too short a run to see whether the server's memory grows"
    : `server's memory once warm: ${first.toFixed(0)} MB in the first half, ${last.toFixed(0)} MB in the last`,
);
console.log(`largest sum of server and decoders: ${peak.toFixed(0)} MB`);
console.log(
  `violations (lost, left behind, unannounced 5xx, growth): ${journal.violations.length}`,
);
process.exitCode = journal.violations.length > 0 ? 1 : 0;
