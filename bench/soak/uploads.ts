import { hostileGifs } from '../../test/support/hostile/gif.ts';
import { headerLies } from '../../test/support/hostile/headers.ts';
import { hostileJpegs } from '../../test/support/hostile/jpeg.ts';
import { hostilePngs } from '../../test/support/hostile/png.ts';
import { hostileWebps } from '../../test/support/hostile/webp.ts';
import { bigPhoto, gif, photo, png, webp } from '../../test/support/pictures.ts';
import type { Uploads } from './surface.ts';

/** Files that people send and files that attackers send, made once. */
export async function collectUploads(): Promise<Uploads> {
  const size = { width: 1200, height: 900 };
  const good = await Promise.all([bigPhoto(), photo(size), png(size), gif(size), webp(size)]);
  const tables = {
    ...headerLies,
    ...hostileJpegs,
    ...hostilePngs,
    ...hostileGifs,
    ...hostileWebps,
  };
  const hostile: Uploads['hostile'][number][] = [];
  for (const [name, { make }] of Object.entries(tables))
    hostile.push({ name, bytes: await make() });
  return { good, hostile };
}
