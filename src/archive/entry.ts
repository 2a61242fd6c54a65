import { KEY } from '../media/media-store.ts';
import { HEADER } from './header.ts';

/** One file of an archive: HEADER, `media/<key of the store>`, or `rows/<table>/<number>.jsonl`. */
export interface Entry {
  name: string;
  bytes: Buffer;
}

/** The kind of an entry, by its name; undefined for a name that no archive has. */
export function kindOf(name: string): { table: string } | { media: string } | 'header' | undefined {
  if (name === HEADER) return 'header';
  const [, table] = /^rows\/([a-z][a-z0-9_]*)\/\d{6,}\.jsonl$/.exec(name) ?? [];
  if (table !== undefined) return { table };
  const media = name.startsWith('media/') ? name.slice('media/'.length) : '';
  return KEY.test(media) ? { media } : undefined;
}
