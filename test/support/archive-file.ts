import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import tar from 'tar-stream';
import type { Entry } from '../../src/archive/entry.ts';
import { packArchive } from '../../src/archive/pack.ts';

/** The content of an archive, read without any of Masthead's code. */
interface ArchiveFile {
  header: { migration: number; lastIds: Record<string, number> };
  /** By table. */
  rows: Record<string, Record<string, unknown>[]>;
  /** By key of the media store. */
  media: Map<string, Buffer>;
}

async function readEntries(file: string): Promise<Entry[]> {
  const extract = createReadStream(file).pipe(tar.extract());
  return Array.fromAsync(extract, async (entry) => ({
    name: entry.header.name,
    bytes: Buffer.concat(await Array.fromAsync(entry as AsyncIterable<Buffer>)),
  }));
}

export async function readArchive(file: string): Promise<ArchiveFile> {
  const found: ArchiveFile = { header: { migration: 0, lastIds: {} }, rows: {}, media: new Map() };
  for (const { name, bytes } of await readEntries(file)) {
    const [kind, ...rest] = name.split('/');
    const [table = ''] = rest;
    const lines = () => bytes.toString().trimEnd().split('\n');
    if (kind === 'masthead.json') found.header = JSON.parse(bytes.toString());
    else if (kind === 'media') found.media.set(rest.join('/'), bytes);
    else if (kind === 'rows') {
      (found.rows[table] ??= []).push(...lines().map((line) => JSON.parse(line)));
    }
  }
  return found;
}

/** Makes an archive like another one, with other content in its entries; its checksums are correct. */
export async function changeArchive(
  from: string,
  to: string,
  change: (entry: Entry) => Buffer,
): Promise<void> {
  const entries = (await readEntries(from)).filter(isKept);
  const changed = entries.map((entry) => ({ ...entry, bytes: change(entry) }));
  await writeFile(to, packArchive(Readable.from(changed)));
}

/** What packing makes by itself is not. */
const isKept = ({ name }: Entry) => !/^(?:checksums\/|manifest)/.test(name);

/** Makes an archive like another one, with these lines after those of a table; its checksums are correct. */
export async function addRows(
  from: string,
  to: string,
  { table, lines }: { table: string; lines: string[] },
): Promise<void> {
  const entries = await readEntries(from);
  const kept = entries.filter(isKept);
  const at = kept.findLastIndex(({ name }) => name.startsWith(`rows/${table}/`));
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  kept.splice(at + 1, 0, { name: `rows/${table}/000009.jsonl`, bytes });
  await writeFile(to, packArchive(Readable.from(kept)));
}
