import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import tar from 'tar-stream';
import { StartError } from '../errors.ts';
import { Contents } from './contents.ts';
import { type Entry, kindOf } from './entry.ts';
import type { Header } from './header.ts';
import type { Layout } from './layout.ts';
import { packArchive } from './pack.ts';

const MIB = 1024 * 1024;
/**
 * Largest entry of rows in bytes. A post has at most 8 MiB (TEXT_MAX in src/http/body/body.ts),
 * which take 48 MiB of JSON if every character is a control character; the rows before it in its
 * entry have at most 3 MiB.
 */
const ROWS_MAX = 64 * MIB;
/** Largest picture in bytes: no worker answers with more (MAX_REPLY in src/images/pool/worker-process.ts). */
const PICTURE_MAX = 16 * MIB;
/**
 * Largest header, and largest entry that packing adds, in bytes; ours have a few hundred bytes, and
 * one MiB.
 */
const OTHER_MAX = 2 * MIB;

/** A file that was read and found to be a complete archive. */
export interface VerifiedArchive {
  file: string;
  header: Header;
  /** Of the header's migration. */
  layout: Layout;
  /** Of all its bytes. */
  sha256: string;
  entries: number;
}

/**
 * Reads all of an archive and throws StartError unless it is complete, unchanged and understood.
 * Packing its content again must give the same bytes, so not even a byte between the files can have
 * changed.
 */
export async function verifyArchive(file: string, onEntry: () => void): Promise<VerifiedArchive> {
  const raw = createHash('sha256');
  const again = createHash('sha256');
  const contents = new Contents();
  async function* checked(): AsyncIterable<Entry> {
    for await (const entry of readEntries(file, (chunk) => raw.update(chunk))) {
      await contents.take(entry);
      onEntry();
      yield entry;
    }
  }
  try {
    for await (const chunk of packArchive(checked())) again.update(chunk);
    const sha256 = raw.digest('hex');
    if (again.digest('hex') !== sha256) throw new Error('its checksums do not match');
    return { file, ...contents.finish(), sha256 };
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw broken(file, error);
  }
}

/** The entries of a verified archive, in order. Throws StartError at the end if it has changed since. */
export async function* readVerified({ file, sha256 }: VerifiedArchive): AsyncGenerator<Entry> {
  const raw = createHash('sha256');
  yield* readEntries(file, (chunk) => raw.update(chunk));
  if (raw.digest('hex') !== sha256) throw new StartError(`${file} has changed; restore it again`);
}

async function* readEntries(file: string, onBytes: (chunk: Buffer) => void): AsyncGenerator<Entry> {
  const extract = tar.extract();
  const reading = pipeline(
    createReadStream(file),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        onBytes(chunk);
        yield chunk;
      }
    },
    extract,
  );
  // It is awaited at the end; until then the loop gets its errors.
  reading.catch(() => {});
  for await (const entry of extract) {
    const { name, size } = entry.header;
    const kind = kindOf(name);
    if (size > maxSize(kind)) throw new Error(`${name} is too large`);
    const chunks: Buffer[] = [];
    for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk);
    if (kind !== undefined) yield { name, bytes: Buffer.concat(chunks) };
  }
  await reading;
}

function maxSize(kind: ReturnType<typeof kindOf>): number {
  if (typeof kind !== 'object') return OTHER_MAX;
  return 'media' in kind ? PICTURE_MAX : ROWS_MAX;
}

function broken(file: string, error: unknown): StartError {
  const { message } = error instanceof Error ? error : { message: String(error) };
  if (error instanceof Error && 'syscall' in error) {
    return new StartError(`${file} cannot be read: ${message}`, { cause: error });
  }
  // The parser's message would quote lines of the file, perhaps with a password's hash.
  const reason = error instanceof SyntaxError ? 'a part of it is not valid JSON' : message;
  return new StartError(
    `${file} is not an archive of Masthead, or was cut short or altered (${reason}). Nothing was changed`,
    { cause: error },
  );
}
