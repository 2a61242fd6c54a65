import { randomBytes } from 'node:crypto';
import { mkdir, open, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Unavailable } from '../../errors.ts';
import { inMemory, type Upload } from '../../images/upload.ts';
import { noteFreedBytes } from '../../runtime/buffer-gc.ts';

/** An upload of at most so many bytes never sees the disk. */
const IN_MEMORY = 64 * 1024;

/**
 * Bytes that may gather while those before them are written. They then go to the disk in one piece: 64 KB
 * at a time, an upload of 4 MB was handed sixty times to another thread and back.
 */
const AHEAD = 256 * 1024;

/** Bytes read back at once: what a worker reads at once. */
const READ_SIZE = 256 * 1024;

/** Bytes of all uploads on the disk: two hundred of the usual limit, where a full queue holds 128. */
const SPOOLED_MAX = 1024 * 1024 * 1024;
let spooled = 0;

const BUSY = 'Pictures cannot be processed right now. Please try again in a moment.';

/** An upload on its way: a few hundred kilobytes of it in memory, the rest in a file. */
export interface Spool {
  /**
   * Takes the next bytes; nothing more may be written before the promise, if there is one, has settled.
   * Rejects with Unavailable when the disk does not take them, or has enough of others'.
   */
  write: (chunk: Buffer) => Promise<void> | undefined;
  /** What was written, once all of it is. Rejects like `write`. */
  finish: () => Promise<Upload>;
  /** Gives everything back, also in the middle of a write. Never rejects. */
  discard: () => Promise<void>;
}

/**
 * Holds an upload while it arrives and while it waits, so that memory does not grow with the number of
 * senders. Its file in `folder`, made if only that is missing, has lost its name before the first byte is in it:
 * however the process ends, the system takes the room back. `totalMax` bounds the bytes of all spools there are.
 */
export function openSpool(folder: string, totalMax = SPOOLED_MAX): Spool {
  let held: Buffer[] = [];
  let size = 0;
  let onDisk = 0;
  let file: FileHandle | undefined;
  let writing: Promise<void> | undefined;
  let discarded = false;

  /** Writes what is held, and what comes meanwhile. */
  async function spill(): Promise<void> {
    try {
      while (held.length > 0) {
        const parts = held;
        held = [];
        const bytes = size - onDisk;
        if (spooled + bytes > totalMax) throw new Unavailable(BUSY, { cause: 'too many uploads' });
        onDisk += bytes;
        spooled += bytes;
        file ??= await openNameless(folder);
        if (discarded) await file.close();
        await writeWhole(file, parts);
        noteFreedBytes(bytes);
      }
      writing = undefined;
    } catch (error) {
      throw error instanceof Unavailable
        ? error
        : new Unavailable('Media unavailable', { cause: error });
    }
  }

  const discard = async () => {
    discarded = true;
    held = [];
    spooled -= onDisk;
    onDisk = 0;
    // A file that cannot be closed is closed all the same.
    await file?.close().catch(() => {});
  };

  return {
    write(chunk) {
      if (discarded) return undefined;
      size += chunk.length;
      held.push(chunk);
      if (!file && size <= IN_MEMORY) return undefined;
      writing ??= spill();
      // Who need not wait now learns of a failure with the next bytes, or at the end.
      writing.catch(() => {});
      return size - onDisk > AHEAD ? writing : undefined;
    },
    async finish() {
      await writing;
      if (!file) return inMemory(...held);
      return { size, path: pathOf(file), read: readBack.bind(undefined, file, size), discard };
    },
    discard,
  };
}

async function openNameless(folder: string): Promise<FileHandle> {
  const path = join(folder, randomBytes(16).toString('hex'));
  const openNew = () => open(path, 'wx+', 0o600);
  const file = await openNew().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    // Not recursive: the data folder itself may be a volume that is not there at the moment.
    await mkdir(folder, { mode: 0o700 }).catch(unlessThere);
    return openNew();
  });
  try {
    await unlink(path);
  } catch (error) {
    await file.close();
    throw error;
  }
  return file;
}

/** A file without a name can still be opened by those who may look at this process; Linux. */
function pathOf({ fd }: FileHandle): string | undefined {
  return process.platform === 'linux' ? `/proc/${process.pid}/fd/${fd}` : undefined;
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

/** On a nearly full disk a write takes a part of the bytes and says so, and only the next one fails. */
async function writeWhole(file: FileHandle, parts: Buffer[]): Promise<void> {
  let { bytesWritten: written } = await file.writev(parts);
  for (const part of parts) {
    for (let at = Math.min(written, part.length); at < part.length;) {
      at += (await file.write(part, at)).bytesWritten;
    }
    written = Math.max(0, written - part.length);
  }
}

async function* readBack(file: FileHandle, size: number): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(size, READ_SIZE));
  for (let at = 0; at < size;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) throw new Error('a spooled upload is shorter than it was');
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}
