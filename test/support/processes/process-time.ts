import { readFileSync } from 'node:fs';

/** Milliseconds of processor time that a process has used, all threads together; Linux, in steps of 10. */
export function processorTime(pid: number): number {
  // The name of the program is in parentheses and may hold anything.
  const [, fields = ''] = /\) (.*)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
  const [user, system] = fields.split(' ').slice(11, 13).map(Number);
  return ((user ?? 0) + (system ?? 0)) * 10;
}
