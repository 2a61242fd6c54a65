/** The formats the server accepts, and two that get messages of their own. */
export type Format = 'JPEG' | 'PNG' | 'GIF' | 'WebP' | 'HEIC' | 'AVIF';

/** What a picture's first bytes say; sizes in pixels, absent if unknown. */
export interface Header {
  format: Format;
  width?: number;
  height?: number;
  /** Whether there is more than one frame, as far as the header says. */
  animated: boolean;
}

/** How much of a file to read: JPEGs have profiles and previews before their size. */
export const HEADER_BYTES = 1024 * 1024;

/** Recognises a picture by its bytes, never by its name; null for anything else. */
export function readHeader(bytes: Uint8Array): Header | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (from: number, to: number): string =>
    String.fromCharCode(...bytes.subarray(from, to));
  if (bytes.length < 12) return null;
  if (view.getUint16(0) === 0xffd8) return jpeg(view);
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return png(view, text);
  if (/^GIF8[79]a$/.test(text(0, 6))) return gif(view);
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return webp(view, text);
  if (text(4, 8) === 'ftyp') return box(text(8, 32));
  return null;
}

type Text = (from: number, to: number) => string;

function sized(format: Format, width: number, height: number, animated = false): Header {
  return { format, width, height, animated };
}

/** Walks the segments to the frame header (SOF), the only place with the size. */
function jpeg(view: DataView): Header {
  let at = 2;
  while (at + 9 < view.byteLength) {
    if (view.getUint8(at) !== 0xff) {
      at += 1;
      continue;
    }
    const marker = view.getUint8(at + 1);
    const frame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (frame) return sized('JPEG', view.getUint16(at + 7), view.getUint16(at + 5));
    if (marker === 0xda) break;
    const bare = marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    at += bare ? 1 + Number(marker !== 0xff) : 2 + view.getUint16(at + 2);
  }
  return { format: 'JPEG', animated: false };
}

function png(view: DataView, text: Text): Header {
  if (view.byteLength < 24) return { format: 'PNG', animated: false };
  // An animation control chunk comes before the first picture data.
  const start = text(0, Math.min(view.byteLength, 4096));
  const animated = /acTL/.test(start.split('IDAT')[0] ?? '');
  return sized('PNG', view.getUint32(16), view.getUint32(20), animated);
}

/** GIFs rarely say how many frames follow; most animated ones have the looping extension. */
function gif(view: DataView): Header {
  const start = new Uint8Array(view.buffer, view.byteOffset, Math.min(view.byteLength, 4096));
  const animated = String.fromCharCode(...start).includes('NETSCAPE2.0');
  return sized('GIF', view.getUint16(6, true), view.getUint16(8, true), animated);
}

function webp(view: DataView, text: Text): Header {
  const kind = text(12, 16);
  if (view.byteLength < 30) return { format: 'WebP', animated: false };
  if (kind === 'VP8X') {
    const width = 1 + (view.getUint32(24, true) & 0xffffff);
    const height = 1 + (view.getUint32(26, true) >>> 8);
    return sized('WebP', width, height, (view.getUint8(20) & 0x02) !== 0);
  }
  if (kind === 'VP8L') {
    const bits = view.getUint32(21, true);
    return sized('WebP', (bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
  }
  return sized('WebP', view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
}

/** The brands of the ISO container distinguish iPhone photos and AVIF. */
function box(brands: string): Header | null {
  if (/avi[fs]/.test(brands)) return { format: 'AVIF', animated: false };
  if (/hei[cmsx]|hev[cmsx]|mif1|msf1/.test(brands)) return { format: 'HEIC', animated: false };
  return null;
}
