import sharp from 'sharp';

/** A picture and its caption. */
interface Tile {
  file: string;
  label: string;
}

/** The layout of tiles on a sheet. */
export interface SheetLayout {
  /** Of a tile, pixels. */
  width: number;
  /** Of a tile, pixels; a longer picture is cut at the bottom. */
  height: number;
  columns: number;
}

const GAP = 24;
const LABEL = 28;

/** Writes one PNG of all tiles in rows, on grey so that pages of both themes stand out. */
export async function writeContactSheet(
  file: string,
  tiles: readonly Tile[],
  { width, height, columns }: SheetLayout,
): Promise<void> {
  const rows = Math.ceil(tiles.length / columns);
  const parts = tiles.map(async ({ file, label }, index) => {
    const left = GAP + (index % columns) * (width + GAP);
    const top = GAP + Math.floor(index / columns) * (height + LABEL + GAP);
    const { data, info } = await sharp(file)
      .resize({ width })
      .toBuffer({ resolveWithObject: true });
    const shown = { left: 0, top: 0, width, height: Math.min(height, info.height) };
    const input = await sharp(data).extract(shown).toBuffer();
    return [
      { input, left, top },
      { input: caption(label, width), left, top: top + height },
    ];
  });
  const sheet = {
    width: GAP + columns * (width + GAP),
    height: GAP + rows * (height + LABEL + GAP),
    channels: 3 as const,
    background: '#808080',
  };
  await sharp({ create: sheet })
    .composite((await Promise.all(parts)).flat())
    .png({ palette: true, effort: 1 })
    .toFile(file);
}

function caption(label: string, width: number): Buffer {
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${LABEL}"><text x="0" y="19" font-family="sans-serif" font-size="15" fill="#fff">${label}</text></svg>`,
  );
}
