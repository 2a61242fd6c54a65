import { existsSync, readFileSync } from 'node:fs';

const SHELL = '/bin/sh';

/** Before the server holds anything. */
const DATA_BYTES = dataBytes();

/**
 * `command` so that the system itself keeps it from growing by more than `growthBytes` of data: the last
 * resort behind the worker's own watch, for what grows faster than that can see. A decoder then gets no
 * memory, or the process ends. There is no core dump of anybody's picture. Where there is no shell or
 * no such limit, it is the command as it stands.
 */
export function withMemoryLimit(command: readonly string[], growthBytes: number): string[] {
  if (!existsSync(SHELL)) return [...command];
  const kilobytes = Math.ceil((DATA_BYTES + growthBytes) / 1024);
  // Tried in a shell within: what one refuses would end it. `exec` keeps the process id.
  const data = `(ulimit -d ${kilobytes}) 2>/dev/null && ulimit -d ${kilobytes}`;
  const limits = DATA_BYTES > 0 ? `ulimit -c 0; ${data}` : 'ulimit -c 0';
  return [SHELL, '-c', `${limits}; exec "$0" "$@"`, ...command];
}

/**
 * Writable memory that this process has asked for, most of it never touched: what Node takes for itself
 * wherever it runs, a worker as well. 0 where the system does not tell.
 */
function dataBytes(): number {
  try {
    const status = readFileSync('/proc/self/status', 'latin1');
    return 1024 * Number(/^VmData:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
