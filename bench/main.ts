/** `npm run bench`: each figure beside a limit measured in the same run. */
import { parseArgs } from 'node:util';
import { openBench } from './group.ts';
import { GROUPS } from './groups.ts';
import { setUpMs } from './lazy.ts';
import { describeMachine } from './report/machine.ts';
import { type Result, writeReport } from './report/report.ts';
import { printTable } from './report/table.ts';
import { openSetUp } from './set-up.ts';
import { measureInTurn, type Work } from './work.ts';

const USAGE = `usage: npm run bench -- [--only <text>] [--rounds <number>] [--postgres] [--s3]
  --only <text>      only the rows whose name contains the text, or one of several such texts; docs/ is not written then
  --rounds <number>  how often each row with a goal is measured (default 3)
  --postgres         with a PostgreSQL that is started for the run
  --s3               with pictures in a bucket of an S3 server that is started for the run

Measures limits and Masthead in turn, prints the table, and writes docs/performance.md or
docs/performance-<set-up>.md. The exit status is 1 if something could not be measured.`;

interface Options {
  only: string[];
  rounds: number;
  postgres: boolean;
  s3: boolean;
}

/** Throws TypeError for unknown options; undefined if only the usage is wanted. */
function readOptions(args: string[]): Options | undefined {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string', default: '3' },
      postgres: { type: 'boolean', default: false },
      s3: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  if (!/^[1-9]\d?$/.test(values.rounds)) throw new TypeError('--rounds takes 1 to 99');
  return { ...values, rounds: Number(values.rounds) };
}

async function measureAll({ only, rounds, ...where }: Options): Promise<Result> {
  const isWanted = ({ name }: Work) =>
    only.length === 0 || only.some((text) => name.includes(text));
  const machine = describeMachine();
  const begun = performance.now();
  await using setUp = await openSetUp(where);
  const groups: Result['groups'] = [];
  for (const { title, about, works } of GROUPS) {
    const before = { all: performance.now(), setUp: setUpMs() };
    await using bench = openBench(setUp);
    const rows = [];
    for (const work of works(bench).filter(isWanted)) {
      const row = await measureInTurn(work, rounds);
      rows.push(row);
      printTable([row]);
    }
    if (rows.length === 0) continue;
    groups.push({ title, about, rows });
    const [all, setting] = [performance.now() - before.all, setUpMs() - before.setUp];
    console.log(
      `-- ${title}: ${seconds(setting)} s of setting up, ${seconds(all - setting)} s of measuring\n`,
    );
  }
  const minutes = (performance.now() - begun) / 60_000;
  return { setUp: setUp.name, machine, rounds, minutes, groups };
}

const seconds = (ms: number) => (ms / 1000).toFixed(0);

async function main(): Promise<number> {
  let options: Options | undefined;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 1;
  }
  if (!options) {
    console.log(USAGE);
    return 0;
  }
  const result = await measureAll(options);
  const rows = result.groups.flatMap((group) => group.rows);
  if (rows.length === 0) {
    console.error(`No row's name contains "${options.only.join('" or "')}"`);
    return 1;
  }
  if (options.only.length === 0) await writeReport(result, options);
  return rows.some(({ failed }) => failed !== undefined) ? 1 : 0;
}

// However this process ends, its children end and its folders are removed with it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
// Everything is closed by now; only an agent's idle connections are left.
process.exit(await main());
