/**
 * Draws the site's icons into static/: the mark as SVG, and PNGs where that cannot be used. A
 * system cuts the icon of an installed site to any shape; only a circle of 80 % of the width is
 * sure to be kept: https://www.w3.org/TR/appmanifest/#icon-masks
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

const FOLDER = join(import.meta.dirname, '../static');

/** A letter over a thick and a thin rule, as the name is shown on every page; `corner` is a radius. */
const drawing = (corner: number): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32"${corner > 0 ? ` rx="${corner}"` : ''} fill="#7d1d21"/><path d="M5 6h6.5L16 15.2 20.5 6H27v2.4h-1.7v9.2H27V20h-7v-2.4h1.8v-6.9L17.3 20h-2.6L10.2 10.7v6.9H12V20H5v-2.4h1.7V8.4H5zM5 22h22v2H5zM5 26h22v1.2H5z" fill="#fdfbf6"/></svg>
`;

const ROUNDED = drawing(5);
const SQUARE = drawing(0);
/** The mark, made smaller on the same background, so that all of it is in the circle. */
const MASKABLE = SQUARE.replace(
  '<path ',
  '<path transform="translate(16 16) scale(.78) translate(-16 -16.3)" ',
);

const png = (svg: string, side: number): Promise<Buffer> =>
  sharp(Buffer.from(svg), { density: (72 * side) / 32 })
    .resize(side, side)
    .png({ palette: true, effort: 10 })
    .toBuffer();

/** An .ico of PNGs: a header of 6 bytes, an entry of 16 for each, then the files. */
function ico(pictures: { side: number; file: Buffer }[]): Buffer {
  const header = Buffer.alloc(6 + 16 * pictures.length);
  header.writeUInt16LE(1, 2); // an icon, not a cursor
  header.writeUInt16LE(pictures.length, 4);
  let offset = header.length;
  for (const [index, { side, file }] of pictures.entries()) {
    const at = 6 + 16 * index;
    header.writeUInt8(side, at);
    header.writeUInt8(side, at + 1);
    header.writeUInt16LE(1, at + 4); // colour planes
    header.writeUInt16LE(32, at + 6); // bits a pixel
    header.writeUInt32LE(file.length, at + 8);
    header.writeUInt32LE(offset, at + 12);
    offset += file.length;
  }
  return Buffer.concat([header, ...pictures.map(({ file }) => file)]);
}

const small = [16, 32, 48].map(async (side) => ({ side, file: await png(ROUNDED, side) }));
const files: Record<string, Buffer> = {
  'favicon.svg': Buffer.from(ROUNDED),
  'favicon.ico': ico(await Promise.all(small)),
  'apple-touch-icon.png': await png(SQUARE, 180),
  'icon-192.png': await png(ROUNDED, 192),
  'icon-512.png': await png(ROUNDED, 512),
  'icon-maskable-512.png': await png(MASKABLE, 512),
};
for (const [name, content] of Object.entries(files)) {
  await writeFile(join(FOLDER, name), content);
  console.log(`static/${name}: ${content.length} bytes`);
}
