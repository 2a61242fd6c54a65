import { closeSync, constants, openSync, readSync } from 'node:fs';

/** Symbolic links are not followed: the import has checked that the path is a file. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW;

/**
 * Returns a function that reads the first `size` bytes of a file, at most `maxBytes`, into memory
 * that is reused for the next file. It throws if they cannot be read. Synchronous, because a worker
 * has nothing else to do.
 */
export function fileReader(maxBytes: number): (path: string, size: number) => Buffer {
  let memory = Buffer.alloc(0);
  return (path, size) => {
    if (size > maxBytes) throw new RangeError(`an upload of ${size} bytes`);
    if (size > memory.length) memory = Buffer.allocUnsafeSlow(size);
    const file = openSync(path, FLAGS);
    try {
      for (let at = 0; at < size;) {
        const read = readSync(file, memory, at, size - at, at);
        if (read === 0) throw new Error('the file is shorter than it was');
        at += read;
      }
    } finally {
      closeSync(file);
    }
    return memory.subarray(0, size);
  };
}
