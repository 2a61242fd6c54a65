import { randomBytes } from 'node:crypto';
import { mkdir, open, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { Unavailable } from '../../errors.ts';
import { inMemory, type Upload } from '../../images/upload.ts';

/** An upload of at most this many bytes never goes to the disk. */
const IN_MEMORY = 64 * 1024;

/**
 * Bytes of all uploads on the disk: enough for two hundred of the default limit; a full queue holds
 * 128.
 */
const SPOOLED_MAX = 1024 * 1024 * 1024;
let spooled = 0;

const BUSY = 'Pictures cannot be processed right now. Please try again in a moment.';

/** An upload in progress. */
export interface Spool {
  /**
   * The whole upload. Rejects with the stream's own error, or with Unavailable if it cannot be written or
   * if too much is on the disk already.
   */
  upload: Promise<Upload>;
  /** Stops receiving, and removes the file. Never rejects. */
  discard: () => Promise<void>;
}

/**
 * Receives a file so that memory does not grow with the number of senders: everything above a few
 * kilobytes goes to a file in `folder`, which is created if its parent exists. Bytes that arrive during a
 * write gather in `stream` and are written together. `totalMax` limits the bytes of all spools
 * together.
 */
export function openSpool(stream: Readable, folder: string, totalMax = SPOOLED_MAX): Spool {
  let path: string | undefined;
  let file: FileHandle | undefined;
  let onDisk = 0;

  async function receive(): Promise<Upload> {
    let size = 0;
    let held: Buffer[] = [];
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        size += chunk.length;
        held.push(chunk);
        if (size <= IN_MEMORY) continue;
        await append(held);
        held = [];
      }
    } finally {
      await file?.close().catch(mediaUnavailable);
    }
    return path === undefined ? inMemory(Buffer.concat(held)) : { size, content: path, discard };
  }

  async function append(parts: Buffer[]): Promise<void> {
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    if (spooled + bytes > totalMax) throw new Unavailable(BUSY, { cause: 'too many uploads' });
    spooled += bytes;
    onDisk += bytes;
    try {
      path ??= join(folder, spoolName());
      file ??= await openNew(path);
      for (const part of parts) await file.writeFile(part);
    } catch (error) {
      mediaUnavailable(error);
    }
  }

  async function discard(): Promise<void> {
    stream.destroy();
    await upload.catch(() => {});
    spooled -= onDisk;
    onDisk = 0;
    // What cannot be removed now is removed at the next start.
    if (path !== undefined) await unlink(path).catch(() => {});
  }

  const upload = receive();
  // It may reject before the caller waits for it.
  upload.catch(() => {});
  return { upload, discard };
}

function mediaUnavailable(cause: unknown): never {
  throw new Unavailable('Media unavailable', { cause });
}

/** The process id comes first, so that a later process can tell which files nobody needs any more. */
function spoolName(): string {
  return `${process.pid}-${randomBytes(16).toString('hex')}`;
}

async function openNew(path: string): Promise<FileHandle> {
  // Not recursive: the data folder may be a volume that is not mounted at the moment.
  await mkdir(dirname(path), { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return open(path, 'wx', 0o600);
}
