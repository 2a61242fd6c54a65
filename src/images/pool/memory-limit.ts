import { existsSync, readFileSync } from 'node:fs';

const SHELL = '/bin/sh';

/** Read at the start, before the server holds any data. */
const DATA_BYTES = dataBytes();

/**
 * Wraps `command` so that the system keeps it from growing by more than `growthBytes` of data. This
 * is the last resort behind the worker's own watch, for growth too fast for it: the decoder gets no
 * memory, or the process ends. Core dumps are off, since they would hold somebody's picture.
 * Without a shell or such a limit, the command is returned unchanged.
 */
export function withMemoryLimit(command: readonly string[], growthBytes: number): string[] {
  if (!existsSync(SHELL)) return [...command];
  const kilobytes = Math.ceil((DATA_BYTES + growthBytes) / 1024);
  // Tried in a subshell first, because a failing ulimit would end the shell. `exec` keeps the
  // process id.
  const data = `(ulimit -d ${kilobytes}) 2>/dev/null && ulimit -d ${kilobytes}`;
  const limits = DATA_BYTES > 0 ? `ulimit -c 0; ${data}` : 'ulimit -c 0';
  return [SHELL, '-c', `${limits}; exec "$0" "$@"`, ...command];
}

/**
 * Bytes of writable memory that this process has requested, which is what Node alone takes; most of
 * it is never used. 0 if the system does not report it.
 */
function dataBytes(): number {
  try {
    const status = readFileSync('/proc/self/status', 'latin1');
    return 1024 * Number(/^VmData:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
