import { closeSync, openSync, readSync } from 'node:fs';

/**
 * Returns a function that reads the first `size` bytes of a file, at most `maxBytes`, into memory
 * that is reused for the next file; undefined if they cannot be read. Synchronous, because a worker
 * has nothing else to do.
 */
export function fileReader(maxBytes: number): (path: string, size: number) => Buffer | undefined {
  let memory = Buffer.alloc(0);
  return (path, size) => {
    if (size > maxBytes) return undefined;
    if (size > memory.length) memory = Buffer.allocUnsafeSlow(size);
    try {
      const file = openSync(path, 'r');
      try {
        for (let at = 0; at < size;) {
          const read = readSync(file, memory, at, size - at, at);
          if (read === 0) return undefined;
          at += read;
        }
      } finally {
        closeSync(file);
      }
    } catch {
      return undefined;
    }
    return memory.subarray(0, size);
  };
}
