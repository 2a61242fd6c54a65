import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isMet, type Row } from '../work.ts';
import { cells, HEAD } from './table.ts';

/** Everything that was measured in a run, and on what. */
export interface Result {
  setUp: string;
  machine: string[];
  rounds: number;
  minutes: number;
  groups: { title: string; about: string; rows: Row[] }[];
}

const ROOT = join(import.meta.dirname, '..', '..');

/** Writes `docs/performance.md`, or that of another set-up, with the tables of a whole run. */
export async function writeReport(
  result: Result,
  { postgres, s3 }: { postgres: boolean; s3: boolean },
): Promise<void> {
  const name = ['performance', ...(postgres ? ['postgres'] : []), ...(s3 ? ['s3'] : [])].join('-');
  const path = join(ROOT, 'docs', `${name}.md`);
  await writeFile(path, text(result, name));
  await promisify(execFile)(join(ROOT, 'node_modules', '.bin', 'oxfmt'), [path], { cwd: ROOT });
  console.log(`Wrote docs/${name}.md`);
}

function text({ setUp, machine, rounds, minutes, groups }: Result, name: string) {
  const rows = groups.flatMap((group) => group.rows);
  const judged = rows.map(isMet).filter((met) => met !== undefined);
  const options = name.replaceAll(/performance|-/g, (found) => (found === '-' ? ' --' : ''));
  return `# How fast it is

On ${setUp}. Written by \`npm run bench${options && ` --${options}`}\`; nothing here is typed by hand.
How it is measured, and why, is in [a decision](decisions/0027-measuring-speed.md).

${machine.map((fact) => `- ${fact}`).join('\n')}
- ${rounds} rounds in ${minutes.toFixed(0)} minutes, ${new Date().toISOString().slice(0, 10)}

**${judged.filter(Boolean).length} of ${judged.length} goals are met.** In each round the limit is measured, then Masthead. Figures are the
medians of the rounds; the ratio compares Masthead with the limit of the same round, with the smallest and the largest
of them. A row without a goal is measured once.
Why goals were missed is in [measurements](measurements/missed-goals.md).

${groups.map(section).join('\n\n')}
`;
}

function section({ title, about, rows }: Result['groups'][number]): string {
  const lines = [HEAD, HEAD.map(() => '---'), ...rows.map(cells)];
  return `## ${title}\n\n${about}\n\n${lines.map((line) => `| ${line.join(' | ')} |`).join('\n')}`;
}
