import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import tar from 'tar-stream';
import { MIGRATIONS } from '../db/migrate.ts';
import { StartError } from '../errors.ts';
import { storeKeys } from '../media/picture-variants.ts';
import { type Entry, FORMAT, type Header, kindOf, parseRows } from './archive.ts';
import { packArchive } from './pack.ts';

/** The largest post with every character escaped, and no picture comes near it; bytes. */
const ENTRY_MAX = 64 * 1024 * 1024;

/** What was found in a sound archive. */
export interface Sound {
  header: Header;
  /** of all its bytes */
  sha256: string;
  entries: number;
}

/**
 * Reads all of an archive and throws StartError unless it is whole, unaltered and understood. Packing what
 * it holds anew must make the same bytes, so not even a byte between the files can have changed.
 */
export async function verifyArchive(file: string, onEntry: () => void): Promise<Sound> {
  const raw = createHash('sha256');
  const again = createHash('sha256');
  const contents = new Contents();
  async function* judged(): AsyncIterable<Entry> {
    for await (const entry of readEntries(file, (chunk) => raw.update(chunk))) {
      contents.take(entry);
      onEntry();
      yield entry;
    }
  }
  try {
    for await (const chunk of packArchive(judged())) again.update(chunk);
    const sha256 = raw.digest('hex');
    if (again.digest('hex') !== sha256) throw new Error('its checksums do not agree');
    return { ...contents.finish(), sha256 };
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw broken(file, error);
  }
}

/**
 * The files of an archive that hold rows, media and the header, in their order. Whoever reads these has
 * verified it before, and compares what `onBytes` is given with that.
 */
export async function* readEntries(
  file: string,
  onBytes: (chunk: Buffer) => void,
): AsyncGenerator<Entry> {
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
  // It is awaited at the end; until then the loop is told of what goes wrong.
  reading.catch(() => {});
  for await (const entry of extract) {
    const { name, size } = entry.header;
    if (size > ENTRY_MAX) throw new Error(`${name} is too large`);
    const chunks: Buffer[] = [];
    for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk);
    if (kindOf(name) !== undefined) yield { name, bytes: Buffer.concat(chunks) };
  }
  await reading;
}

/** Whether what an archive holds belongs together. */
class Contents {
  #header: Header | undefined;
  #entries = 0;
  #stored = new Set<string>();

  take({ name, bytes }: Entry): void {
    this.#entries++;
    const kind = kindOf(name);
    if (kind === 'header') this.#header = readHeader(bytes);
    else if (this.#header === undefined) throw new Error('it does not begin with its header');
    else if (kind && 'media' in kind) this.#stored.add(kind.media);
    else if (kind?.table === 'users') {
      for (const row of parseRows('users', bytes)) this.#claim(row['picture_key'] as string | null);
    } else if (kind) parseRows(kind.table, bytes);
  }

  #claim(key: string | null): void {
    for (const file of key === null ? [] : storeKeys(key)) {
      if (!this.#stored.delete(file)) throw new Error(`it lacks ${file}`);
    }
  }

  finish(): Omit<Sound, 'sha256'> {
    if (this.#header === undefined) throw new Error('it is empty');
    if (this.#stored.size > 0) throw new Error('it holds pictures of nobody');
    return { header: this.#header, entries: this.#entries };
  }
}

function readHeader(bytes: Buffer): Header {
  const header = JSON.parse(bytes.toString('utf8')) as Header;
  if (header.format > FORMAT || header.migration > MIGRATIONS.length) {
    throw new StartError(
      `The archive was made by a newer Masthead (format ${header.format}, migration ` +
        `${header.migration}; this one knows ${FORMAT} and ${MIGRATIONS.length}); update Masthead. Nothing was changed`,
    );
  }
  return header;
}

function broken(file: string, error: unknown): StartError {
  const { message } = error instanceof Error ? error : { message: String(error) };
  if (error instanceof Error && 'syscall' in error) {
    return new StartError(`${file} cannot be read: ${message}`, { cause: error });
  }
  // What was no JSON is quoted in the message: lines of it, and perhaps of a password's hash.
  const reason = error instanceof SyntaxError ? 'what ought to be JSON is none' : message;
  return new StartError(
    `${file} is no archive of Masthead, or was cut short or altered (${reason}). Nothing was changed`,
    { cause: error },
  );
}
