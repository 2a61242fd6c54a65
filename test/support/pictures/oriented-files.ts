import { crc32 } from 'node:zlib';
import { exifOf } from '../../../src/images/exif.ts';
import { afterSoi, jpegSegment, pngChunk } from './crafted-pictures.ts';

/** Bytes of a PNG's end chunk. */
const END = 12;

/** EXIF whose orientation is typed LONG, where the standard says SHORT. */
export function longExif(orientation: number): Buffer {
  const exif = exifOf(orientation);
  exif.writeUInt16BE(4, 12);
  exif.writeUInt32BE(orientation, 18);
  return exif;
}

/** `jpeg`, which has no EXIF, with EXIF. */
export function jpegWith(jpeg: Buffer, exif: Buffer): Buffer {
  const mark = Buffer.from('Exif\0\0', 'latin1');
  return afterSoi(jpeg, jpegSegment(0xe1, Buffer.concat([mark, exif])));
}

/** `png`, which has no EXIF, with EXIF behind its pixels, as ImageMagick 6 writes it. */
export function pngWithLateExif(png: Buffer, exif: Buffer): Buffer {
  return Buffer.concat([png.subarray(0, -END), pngChunk('eXIf', exif), png.subarray(-END)]);
}

/** A PNG whose default picture is not part of its animation, which has one frame: `frame`. */
export function pngThatMoves(png: Buffer, frame: Buffer): Buffer {
  const control = pngChunk('acTL', Buffer.from([0, 0, 0, 1, 0, 0, 0, 0]));
  const size = frame.subarray(16, 24);
  const head = Buffer.concat([
    Buffer.alloc(4),
    size,
    Buffer.alloc(8),
    Buffer.from([0, 1, 0, 1, 0, 0]),
  ]);
  const data = idatOf(frame);
  const frames = [
    pngChunk('fcTL', head),
    pngChunk('fdAT', Buffer.concat([Buffer.from([0, 0, 0, 1]), data])),
  ];
  return Buffer.concat([
    png.subarray(0, 33),
    control,
    png.subarray(33, -END),
    ...frames,
    png.subarray(-END),
  ]);
}

/** The deflated pixels of a PNG. */
function idatOf(png: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const chunk = png.subarray(at + 4, at + 8 + png.readUInt32BE(at));
    if (crc32(chunk) !== png.readUInt32BE(at + 4 + chunk.length)) throw new Error('a damaged PNG');
    if (chunk.toString('latin1', 0, 4) === 'IDAT') parts.push(chunk.subarray(4));
  }
  return Buffer.concat(parts);
}
