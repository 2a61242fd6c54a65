/**
 * `npm run check`: the tests often wait, so everything else runs beside them. If anything fails,
 * the exit status is 1, and its output comes last.
 */
import { runSideBySide } from './side-by-side.ts';

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => stopped.abort());
}

const failed = await runSideBySide(
  {
    shown: [
      ['node', 'scripts/test.ts', '--fast'],
      ['node', 'scripts/audit.ts'],
    ],
    quiet: [
      ['oxfmt', '--check', '.'],
      ['oxlint', '--type-aware', '--deny-warnings'],
      ['tsc'],
      ['tsc', '-p', 'client'],
    ],
  },
  stopped,
);
for (const text of failed) console.error(text);
if (failed.length > 0) process.exitCode = 1;
