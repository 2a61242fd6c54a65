/**
 * Which test files share a process: starting Node, loading the app and warming it up cost more than
 * most files' tests. Within a process they run one after the other, each as a suite with its name.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, matchesGlob, relative } from 'node:path';
import type { EventData, TestsStream } from 'node:test';
import type { TestFile } from './set-ups.ts';

const root = join(import.meta.dirname, '..');
/** Ignored by git; one of each run, as a test may start another run. */
const ENTRIES = `.cache/tests/${process.pid}`;

const BROWSER = 'test/browser/**';
/** Their tests call `after`, so the runner must know which test is running (test/support/processes/tracking.ts). */
const TRACKED = 'src/images/**';

/** Files that take very long, or change or measure what others of the process see. */
export const ALONE = [
  // The longest of all.
  'test/contracts/upgrade.test.ts',
  'test/faults/{many-nodes,server-crash}.test.ts',
  'test/hostile/files-post-pictures.test.ts',
  'test/security/{every-route,roles,regular-expressions}.test.ts',
  'test/security/readers/readers-{crawl,nodes}.test.ts',
  // Real hashes, where others want cheap ones.
  'src/auth/passwords.test.ts',
  'test/flows/account/passwords/{passwords,reset-tokens}.test.ts',
  'test/security/secrets-at-rest.test.ts',
  // They count or measure what this process does, or need nearly all that it may open.
  'src/images/**',
  'src/text/renderer.test.ts',
  'test/hostile/{children,memory,senders-many}.test.ts',
  // It forbids the decoders of this process most formats.
  'test/hostile/files-loaders.test.ts',
];

interface Room {
  files: readonly string[];
  /** The most files that share a process: few enough that all cores finish at about the same time. */
  atOnce: number;
}

/**
 * Rooms in the order in which they start, long ones first. A file belongs to the first room that
 * matches it.
 */
const ROOMS: readonly Room[] = [
  // They look at the same blogs.
  { files: ['test/browser/pages/every-state-*.test.ts'], atOnce: 3 },
  { files: ALONE, atOnce: 1 },
  { files: ['test/{commands,faults,hostile}/**'], atOnce: 4 },
  // One Chromium for each process.
  { files: [BROWSER], atOnce: 9 },
  { files: ['test/{contracts,security}/**'], atOnce: 6 },
  { files: ['test/flows/**'], atOnce: 16 },
  { files: ['{test,src,client}/**'], atOnce: 20 },
];

/** One process of a run. */
export interface TestProcess {
  /** What Node is started with, from the project's folder. */
  entry: string;
  files: TestFile[];
}

/** Distributes the files; those of one process run on one set-up, and are neighbours by name. */
export function planProcesses(files: TestFile[]): TestProcess[] {
  const roomOf = ({ file }: TestFile) =>
    ROOMS.findIndex((room) => room.files.some((glob) => matchesGlob(file, glob)));
  return ROOMS.flatMap(({ atOnce }, index) =>
    Map.groupBy(
      files.filter((one) => roomOf(one) === index),
      ({ setUp }) => setUp,
    )
      .values()
      .flatMap((group) => evenly(group, atOnce))
      .map(makeProcess)
      .toArray(),
  );
}

/** Parts of nearly the same length, none longer than `most`. */
function evenly<T>(all: T[], most: number): T[][] {
  const parts = Math.ceil(all.length / most);
  const start = (part: number) => Math.round((part * all.length) / parts);
  return Array.from({ length: parts }, (_, part) => all.slice(start(part), start(part + 1)));
}

/** Deletes what the processes were started with. */
export function removeEntries(): void {
  rmSync(join(root, ENTRIES), { recursive: true, force: true });
}

/** A process for this file only. */
export function alone(file: TestFile): TestProcess {
  return makeProcess([file]);
}

function makeProcess(files: TestFile[]): TestProcess {
  const [{ file, setUp } = { file: '' }] = files;
  if (files.length === 1 && matchesGlob(file, TRACKED)) return { entry: file, files };
  const more = files.length > 1 ? ` and ${files.length - 1} more` : '';
  const entry = join(ENTRIES, setUp ?? '', `${file}${more}.ts`);
  mkdirSync(join(root, dirname(entry)), { recursive: true });
  const variable = setUp === 'S3' ? 'TEST_MEDIA' : 'TEST_DATABASE';
  const lines = files.map((one) => {
    const path = relative(dirname(entry), one.file);
    return `track();\nawait describe('${nameOf(one)}', () => import('${path}'));`;
  });
  const setting = setUp === undefined ? [] : [`process.env['${variable}'] = '${setUp}';`];
  const [chromium, tracking] = ['browser/browser.ts', 'processes/tracking.ts'].map((path) =>
    relative(dirname(entry), join('test/support', path)),
  );
  // The browser stays open between the files.
  const [borrowed, givenBack] = matchesGlob(file, BROWSER)
    ? [
        `const { giveBack } = await (await import('${chromium}')).borrowBrowser();`,
        'await giveBack();',
      ]
    : ['', ''];
  const code = [
    "import { describe } from 'node:test';",
    `import { track } from '${tracking}';`,
    ...setting,
    '// Node ends a process in which only timers without a hold on it are left.',
    'const hold = setInterval(() => {}, 60_000);',
    borrowed,
    ...lines,
    givenBack,
    'clearInterval(hold);',
  ];
  writeFileSync(join(root, entry), `${code.join('\n')}\n`);
  return { entry, files };
}

/** The name of the file's suite, or of its process. */
function nameOf({ file, setUp }: TestFile): string {
  return setUp === undefined ? file : `${setUp} ${file}`;
}

/**
 * Returns what names the files whose result is unknown at the end: of a process that ended early,
 * and of one that failed although no test of its files did.
 */
export function watchProcesses(events: TestsStream, processes: TestProcess[]): () => TestFile[] {
  const failed = new Set<string>();
  const passed = new Set<string>();
  events.on('test:fail', ({ name }: EventData.TestFail) => failed.add(name));
  events.on('test:pass', ({ name }: EventData.TestPass) => passed.add(name));
  return () =>
    processes.flatMap(({ entry, files }) => {
      if (files.length === 1) return [];
      const unknown = files.filter(
        (file) => !passed.has(nameOf(file)) && !failed.has(nameOf(file)),
      );
      if (unknown.length > 0) return unknown;
      const explained = files.some((file) => failed.has(nameOf(file)));
      return failed.has(entry) && !explained ? files : [];
    });
}
