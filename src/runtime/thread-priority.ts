import { readlinkSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/** A niceness with which threads of normal priority get about nine tenths of a busy core. */
const LOWER = 10;
const LOWEST = 19;

/**
 * Lets this thread's work wait for that of other threads and processes where processors are scarce. Only on Linux,
 * where each thread has a priority of its own; elsewhere it does nothing.
 */
export function lowerThreadPriority(): void {
  if (process.platform !== 'linux') return;
  try {
    const thread = Number(readlinkSync('/proc/thread-self').replace(/.*\//, ''));
    setPriority(thread, Math.min(getPriority(thread) + LOWER, LOWEST));
  } catch {
    // Without /proc or the permission, the priority stays as it is.
  }
}
