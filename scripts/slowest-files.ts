import type { EventData, TestsStream } from 'node:test';

/** How many files are named. */
const NAMED = 10;

/** Notes how long each test file takes; returns what names the slowest ones at the end. */
export function watchFiles(events: TestsStream): () => string {
  const files: { name: string; seconds: number }[] = [];
  events.on('test:complete', ({ name, details }: EventData.TestComplete) => {
    // A file is a suite of a shared process, or a process of its own; both have the file's name.
    if (name.endsWith('.test.ts')) files.push({ name, seconds: details.duration_ms / 1000 });
  });
  return () => {
    const slowest = files.toSorted((a, b) => b.seconds - a.seconds).slice(0, NAMED);
    const lines = slowest.map(({ name, seconds }) => `${seconds.toFixed(1).padStart(7)}  ${name}`);
    return ['Slowest files, in seconds', ...lines].join('\n');
  };
}
