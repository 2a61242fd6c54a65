import { pictureKeyOf } from '../media/picture-variants.ts';
import { type Entry, kindOf } from './entry.ts';
import { type Header, parseHeader } from './header.ts';
import { countedTables, type Layout, layoutAt, type TableLayout } from './layout.ts';
import { parseRows } from './rows.ts';

/** Checks that the parts of an archive belong together. Everything comes from a file that may be hostile. */
export class Contents {
  #known: { header: Header; layout: Layout } | undefined;
  #entries = 0;
  /** Files that no row has referred to yet. */
  #unclaimed = new Set<string>();
  #pictures = new Set<string>();
  #lastPicture = '';

  /**
   * Takes the next entry. Throws StartError for an archive of a newer Masthead, another error for
   * an invalid one.
   */
  async take({ name, bytes }: Entry): Promise<void> {
    this.#entries++;
    const kind = kindOf(name);
    if (kind === 'header') {
      if (this.#known) throw new Error('it has two headers');
      this.#known = await readHeader(bytes);
    } else if (this.#known === undefined) throw new Error('it does not begin with its header');
    else if (kind && 'media' in kind) this.#store(kind.media);
    else if (kind) this.#takeRows(kind.table, this.#known.layout, bytes);
  }

  /** A picture's files follow each other, so that a restore can record each picture once. */
  #store(file: string): void {
    const picture = pictureKeyOf(file);
    if (picture !== this.#lastPicture) {
      if (this.#pictures.has(picture)) throw new Error(`the files of ${picture} are not together`);
      this.#pictures.add(picture);
      this.#lastPicture = picture;
    }
    if (this.#unclaimed.has(file)) throw new Error(`it holds ${file} twice`);
    this.#unclaimed.add(file);
  }

  #takeRows(name: string, { migration, tables }: Layout, bytes: Buffer): void {
    const table = tables.get(name);
    if (!table) throw new Error(`archives of migration ${migration} have no rows of ${name}`);
    for (const row of parseRows(table, bytes)) {
      if (table.media) this.#claim(table.media, row[table.media.column]);
    }
  }

  #claim({ files }: NonNullable<TableLayout['media']>, key: unknown): void {
    for (const file of typeof key === 'string' ? files(key) : []) {
      if (!this.#unclaimed.delete(file)) throw new Error(`it lacks ${file}`);
    }
  }

  /** The result after every entry. Throws an error if something is missing or left over. */
  finish(): { header: Header; layout: Layout; entries: number } {
    if (this.#known === undefined) throw new Error('it is empty');
    if (this.#unclaimed.size > 0) throw new Error('it has pictures that belong to nobody');
    return { ...this.#known, entries: this.#entries };
  }
}

async function readHeader(bytes: Buffer): Promise<{ header: Header; layout: Layout }> {
  const header = parseHeader(bytes);
  const layout = await layoutAt(header.migration, header.format);
  const counted = countedTables(layout);
  if (!Object.keys(header.lastIds).every((table) => counted.includes(table))) {
    throw new Error(`archives of migration ${header.migration} have other last ids`);
  }
  return { header, layout };
}
