import type { Format } from './header.ts';

const END_OF_IMAGE = new Uint8Array([0xff, 0xd9]);
/** Bytes without a marker among them. */
const FILLER = new Uint8Array(1024).map((_, n) => (n * 31) % 251);
/** Rows that are compared at once, to hold little of a large picture. */
const ROWS = 128;

/**
 * Whether a picture, as Latin-1 text, ends as its format demands. If a browser cannot open it and
 * this is false, it was not downloaded or copied completely.
 */
export function hasEnd(text: string, format: Format): boolean {
  if (format === 'JPEG') return text.includes('\xff\xd9', text.lastIndexOf('\xff\xda') + 1);
  if (format === 'PNG') return text.includes('IEND');
  if (format === 'GIF') return /;\0*$/.test(text.slice(-64));
  const size = [4, 5, 6, 7].reduce((sum, at) => sum + text.charCodeAt(at) * 256 ** (at - 4), 8);
  return format !== 'WebP' || size <= text.length;
}

/**
 * A JPEG with the end marker that it lacks, which browsers then open; null if more is missing.
 * Browsers ignore bytes between complete data and the marker, but decode them where data are
 * missing. So the picture is complete if filler bytes there change nothing.
 */
export async function withEnd(jpeg: Blob): Promise<Blob | null> {
  const ended = new Blob([jpeg, END_OF_IMAGE]);
  const filled = new Blob([jpeg, FILLER, END_OF_IMAGE]);
  const [one, other] = await Promise.all(
    [ended, filled].map((blob) => createImageBitmap(blob).catch(() => null)),
  );
  const same = one && other && sameRows(one, other);
  one?.close();
  other?.close();
  return same ? ended : null;
}

function sameRows(one: ImageBitmap, other: ImageBitmap): boolean {
  for (let top = 0; top < one.height; top += ROWS) {
    const [a, b] = [rows(one, top), rows(other, top)];
    if (!a || !b || a.some((value, at) => value !== b[at])) return false;
  }
  return true;
}

function rows(picture: ImageBitmap, top: number): Uint8ClampedArray | undefined {
  const context = new OffscreenCanvas(picture.width, ROWS).getContext('2d');
  context?.drawImage(picture, 0, -top);
  return context?.getImageData(0, 0, picture.width, ROWS).data;
}
