/** Draws static/profile_pics/default.jpg, which the API names for users without a picture. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

/** Paper and ink, as on the pages; head and shoulders stay inside a round mask. */
const DRAWING = `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300" viewBox="0 0 300 300">
  <rect width="300" height="300" fill="#ebe5d9"/>
  <g fill="#a39a8b">
    <circle cx="150" cy="118" r="54"/>
    <path d="M38 300c0-68 46-108 112-108s112 40 112 108z"/>
  </g>
</svg>`;

const folder = join(import.meta.dirname, '../static/profile_pics');
await mkdir(folder, { recursive: true });
const { size } = await sharp(Buffer.from(DRAWING))
  .jpeg({ quality: 85, mozjpeg: true })
  .toFile(join(folder, 'default.jpg'));
console.log(`static/profile_pics/default.jpg: ${size} bytes`);
