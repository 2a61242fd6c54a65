import type { Answer } from '../forms/send.ts';
import type { Header } from './header.ts';

/** The server's limits, from the page. */
export interface Limits {
  bytes: number;
  pixels: number;
  /** `bytes` as text, such as `5MB`. */
  size: string;
}

/** The limits that an element of the page names. */
export function limitsOf({ dataset }: HTMLElement): Limits {
  return {
    bytes: Number(dataset['maxBytes']),
    pixels: Number(dataset['maxPixels']),
    size: dataset['size'] ?? '',
  };
}

/** Said of a file that cannot be read. */
export const UNREADABLE =
  'This cannot be read. If it is a folder, open it and choose a picture in it; if the file was moved or changed, choose it again.';
/** Said of a picture that ends early. */
export const UNFINISHED =
  'The end of this picture is missing: it was not downloaded or copied completely. Please choose another file.';

/** Why a file cannot become a picture, known before anything is sent, or `''`. */
export function kindRefusal(header: Header | null, limits: Limits): string {
  if (!header) return 'This file is not a picture. Please choose a JPEG, PNG, GIF or WebP.';
  if (header.format === 'HEIC') {
    return 'This is a HEIC photo, which browsers cannot show. Please save it as a JPEG first: in Photos, export or share it as JPEG, or take new ones with Settings > Camera > Formats > Most Compatible.';
  }
  if (header.format === 'AVIF') {
    return 'This is an AVIF picture, which is not supported. Please save it as a JPEG, PNG or WebP.';
  }
  const { width = 0, height = 0 } = header;
  if (width * height <= limits.pixels) return '';
  return `This picture has ${width} × ${height} pixels, that is ${mega(width * height)} megapixels. The limit is ${mega(limits.pixels)} megapixels.`;
}

/** Why the file to send is too large, or `''`. */
export function sizeRefusal(bytes: number, limits: Limits): string {
  if (bytes <= limits.bytes) return '';
  const has = (bytes / 1024 / 1024).toFixed(1);
  return `This file has ${has} MB. The maximum file size is ${limits.size}.`;
}

/** Why the server refused what was sent; never `''`. */
export function serverRefusal({ message, errors }: Pick<Answer, 'message' | 'errors'>): string {
  const { file = '', x, y, size, ...others } = errors;
  if (message || file) return message || file;
  if (x ?? y ?? size) {
    return 'The frame does not fit this picture as the server reads it. Choose Reset under More, then upload its middle.';
  }
  return Object.values(others).join(' ') || 'The server refused this picture.';
}

function mega(pixels: number): number {
  return Math.round(pixels / 100_000) / 10;
}
