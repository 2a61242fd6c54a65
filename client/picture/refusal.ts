import type { Header } from './header.ts';

/** The server's limits, from the page. */
export interface Limits {
  bytes: number;
  pixels: number;
  /** `bytes` as text, such as `5MB`. */
  size: string;
}

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

function mega(pixels: number): number {
  return Math.round(pixels / 100_000) / 10;
}
