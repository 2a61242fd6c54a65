import { createHash } from 'node:crypto';
import tar from 'tar-stream';
import { type Entry, kindOf } from './entry.ts';

/** Checksums are written out at this many bytes, so that memory does not grow with the archive. */
const SUMS_BYTES = 1024 * 1024;
/** Nothing in the tar depends on where and when it was made: the bytes follow from the entries. */
const FIXED = { mode: 0o600, mtime: new Date(0), type: 'file' } as const;

/**
 * The bytes of an archive: a tar of these entries in order, their SHA-256 sums in files that
 * `sha256sum -c` understands, and a manifest at the end. The same entries always make the same
 * bytes.
 */
export function packArchive(entries: AsyncIterable<Entry>): AsyncIterable<Buffer> {
  const pack = tar.pack();
  void feed(pack, entries).then(
    () => pack.finalize(),
    (error: unknown) => pack.destroy(error as Error),
  );
  return pack as AsyncIterable<Buffer>;
}

async function feed(pack: tar.Pack, entries: AsyncIterable<Entry>): Promise<void> {
  const all = createHash('sha256');
  const counts = { entries: 0, media: 0, rows: 0, checksums: 0 };
  let lines = '';
  const putSums = async () => {
    const bytes = Buffer.from(lines);
    lines = '';
    all.update(bytes);
    counts.checksums++;
    await add(pack, `checksums/${String(counts.checksums).padStart(6, '0')}.sha256`, bytes);
  };
  for await (const { name, bytes } of entries) {
    await add(pack, name, bytes);
    const kind = kindOf(name);
    counts.entries++;
    if (typeof kind === 'object') counts['media' in kind ? 'media' : 'rows']++;
    lines += `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`;
    if (lines.length >= SUMS_BYTES) await putSums();
  }
  await putSums();
  const manifest = { ...counts, checksumsSha256: all.digest('hex') };
  await add(pack, 'manifest.json', Buffer.from(`${JSON.stringify(manifest)}\n`));
}

/** Resolves once the reader has taken it. */
function add(pack: tar.Pack, name: string, bytes: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  pack.entry({ name, ...FIXED }, bytes, (error) => (error ? reject(error) : resolve()));
  return promise;
}
