import { MARKER } from './file.ts';

const ASCII = 2;
const EXIF_IFD = 0x8769;
const GPS_IFD = 0x8825;
const DESCRIPTION = 0x010e;
const THUMBNAIL = 0x0201;
const THUMBNAIL_LENGTH = 0x0202;

type Entry = readonly [tag: number, type: number, count: number, value: number];

/** A directory of EXIF: its entries, and the offset of the next one (0: none). */
function directory(entries: readonly Entry[], next: number): Buffer {
  const bytes = Buffer.alloc(2 + 12 * entries.length + 4);
  bytes.writeUInt16LE(entries.length, 0);
  for (const [n, [tag, type, count, value]] of entries.entries()) {
    const at = 2 + 12 * n;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(type, at + 2);
    bytes.writeUInt32LE(count, at + 4);
    bytes.writeUInt32LE(value, at + 8);
  }
  bytes.writeUInt32LE(next, bytes.length - 4);
  return bytes;
}

const TIFF_HEADER = Buffer.from('II*\0\x08\0\0\0', 'latin1');

/** `length` bytes of EXIF that begin with the directory `entries`; the rest repeats the marker. */
function exif(entries: readonly Entry[], length: number, next = 0): Buffer {
  const bytes = Buffer.alloc(length, MARKER);
  Buffer.concat([TIFF_HEADER, directory(entries, next)]).copy(bytes);
  return bytes;
}

/**
 * Blocks of EXIF that lead a careless reader in circles or beyond its memory; each at most `length`
 * bytes.
 */
export function exifBombs(length: number): Record<string, Buffer> {
  const many = Math.min(65_535, Math.floor((length - 20) / 12));
  const times = (count: number, entry: (n: number) => Entry) =>
    Array.from({ length: count }, (_, n) => entry(n));
  return {
    'EXIF directories in a circle': exif(
      times(100, (n) => [n % 2 ? EXIF_IFD : GPS_IFD, 4, 1, 8]),
      Math.min(length, 2000),
      8,
    ),
    'EXIF values of four gigabytes': exif(
      times(100, (n) => [DESCRIPTION + n, 1 + (n % 12), 0xffff_ffff - n, 8]),
      Math.min(length, 2000),
    ),
    'EXIF values whose size overflows': exif(
      times(100, (n) => [DESCRIPTION + n, 5, 0x2000_0001, 8]),
      Math.min(length, 2000),
    ),
    'EXIF entries that all show the same large text': exif(
      times(many, (n) => [n, ASCII, length - 20, 8]),
      length,
    ),
    'EXIF with as many small entries as it can hold': exif(
      times(many, (n) => [n, ASCII, 4, 0x61616161]),
      length,
    ),
    'EXIF directories nested in every entry': exif(
      times(many, (n) => [EXIF_IFD, 4, 1, 8 + 12 * n]),
      length,
    ),
    'EXIF whose thumbnail is elsewhere': exif(
      [
        [THUMBNAIL, 4, 1, 0xffff_fff0],
        [THUMBNAIL_LENGTH, 4, 1, 0x7fff_ffff],
      ],
      200,
      8,
    ),
    'EXIF that is only a header': TIFF_HEADER,
    'EXIF of the other byte order in disorder': Buffer.from('MM\0*\xff\xff\xff\xf0', 'latin1'),
  };
}

/**
 * A colour profile of `length` bytes with a valid header; all `tags` point to the bytes behind
 * their table.
 */
function profile(length: number, tags: readonly string[], content: string | Uint8Array): Buffer {
  const bytes = Buffer.alloc(length);
  const start = 132 + 12 * tags.length;
  bytes.writeUInt32BE(length, 0);
  bytes.write('lcms', 4);
  bytes.writeUInt32BE(0x0440_0000, 8);
  bytes.write('mntrRGB XYZ ', 12);
  bytes.write('acsp', 36);
  bytes.set([0, 0, 0xf6, 0xd6, 0, 1, 0, 0, 0, 0, 0xd3, 0x2d], 68);
  bytes.writeUInt32BE(tags.length, 128);
  for (const [n, tag] of tags.entries()) {
    bytes.write(tag, 132 + 12 * n, 'latin1');
    bytes.writeUInt32BE(start, 136 + 12 * n);
    bytes.writeUInt32BE(length - start, 140 + 12 * n);
  }
  bytes.fill(content, start);
  return bytes;
}

const SHAPE_TAGS = ['rXYZ', 'gXYZ', 'bXYZ', 'rTRC', 'gTRC', 'bTRC', 'wtpt', 'desc', 'cprt'];

/** Profiles that lie, or are as large as possible; each at most `length` bytes. */
export function profileBombs(length: number): Record<string, Buffer> {
  const curve = Buffer.from('curv\0\0\0\0\0\xff\xff\xff', 'latin1');
  const gigantic = Buffer.from('curv\0\0\0\0\xff\xff\xff\xff', 'latin1');
  const lut = Buffer.from('mft2\0\0\0\0\x03\x03\xff\0', 'latin1');
  const names = Buffer.from('mluc\0\0\0\0\xff\xff\xff\xff\0\0\0\x0c', 'latin1');
  const luts = ['A2B0', 'A2B1', 'A2B2', 'B2A0', 'B2A1', 'B2A2', 'gamt'];
  return {
    'profile of nothing but text': Buffer.alloc(length, MARKER),
    'profile with overlong curves': profile(length, SHAPE_TAGS, curve),
    'profile with curves of four gigabytes': profile(length, SHAPE_TAGS, gigantic),
    'profile with tables of 255 steps a side': profile(length, [...SHAPE_TAGS, ...luts], lut),
    'profile with a billion names': profile(length, SHAPE_TAGS, names),
    'profile with 99 tags in one place': profile(
      length,
      Array.from({ length: 99 }, (_, n) => `t${String(n).padStart(3, '0')}`),
      names,
    ),
  };
}

/** XMP of `length` bytes: nested entities, then the marker up to the end. */
export function xmpBomb(length: number): Buffer {
  const entities = Array.from({ length: 12 }, (_, n) => {
    const ten = `&e${n};`.repeat(10);
    return `<!ENTITY e${n + 1} "${ten}">`;
  }).join('');
  const start = `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><!DOCTYPE x [<!ENTITY e0 "x">${entities}]>`;
  const body = Buffer.alloc(length, MARKER);
  body.write(`${start}<x:xmpmeta xmlns:x="adobe:ns:meta/">&e12;`);
  return body;
}
