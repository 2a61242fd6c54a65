import { InvalidImage } from '../../errors.ts';
import { EXIF_MARK, exifOf, orientationOf } from '../exif.ts';
import { MAX_PARTS, type Header } from '../header.ts';

/**
 * A progressive picture costs one pass over all its pixels for each scan, and a scan can be a few
 * bytes long: 51,657 of them fit into 4.9 MB and would decode for ten minutes. Of 598 natural
 * pictures none had more than 20.
 */
const MAX_SCANS = 64;

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const TEM = 0x01;
const APP1 = 0xe1;
const APP2 = 0xe2;
/** The segments that say how components become colours: JFIF's and Adobe's. */
const COLOUR_SEGMENTS = new Set([0xe0, 0xee]);
const COMMENT = 0xfe;
const PROGRESSIVE = new Set([0xc2, 0xca]);
const ICC_MARK = Buffer.from('ICC_PROFILE\0', 'latin1');

interface Frame {
  width: number;
  height: number;
  components: number;
  /** Samples of all components for each pixel: 1.5 with quarter-size chroma. */
  samples: number;
  progressive: boolean;
}

/**
 * Reads a JPEG's frame header and counts its scans as a decoder does, up to the end marker. What
 * cameras put before and after their markers, thumbnails and videos included, is skipped as libjpeg
 * skips it. Throws InvalidImage.
 */
export function readJpeg(bytes: Buffer): Header {
  let frame: Frame | undefined;
  let scans = 0;
  let separateScans = false;
  let parts = 0;
  let unended = true;
  for (const { marker, start } of segments(bytes)) {
    parts += 1;
    if (parts > MAX_PARTS) throw new InvalidImage(`JPEG of more than ${MAX_PARTS} segments`);
    if (marker === SOS) {
      scans += 1;
      if (scans > MAX_SCANS) throw new InvalidImage(`JPEG of more than ${MAX_SCANS} scans`);
      if (frame && (bytes[start] ?? 0) < frame.components) separateScans = true;
    } else if (isFrameHeader(marker)) {
      frame ??= readFrame(bytes, marker, start);
    } else if (marker === EOI) unended = false;
  }
  if (!frame) throw new InvalidImage('JPEG without a frame header');
  const { width, height, samples, progressive } = frame;
  // Coefficients have 2 bytes; decoders keep them all if there is more than one scan.
  const decodeBytes = progressive || separateScans ? 2 * width * height * samples : 0;
  return { format: 'jpeg', width, height, decodeBytes, deep: false, unended };
}

/**
 * The JPEG without comments and metadata; of its EXIF only an orientation other than 1 stays. The
 * result overwrites the memory of `bytes`: copying 4 MB, and collecting the copy, took a sixth of
 * an upload.
 */
export function stripJpeg(bytes: Buffer): Buffer {
  const kept: Buffer[] = [];
  let orientation: number | undefined;
  let from = 2;
  for (const { marker, at, start, end } of segments(bytes)) {
    if (marker === SOS) break;
    if (!isMetadata(bytes, marker, start)) continue;
    if (marker === APP1 && bytes.subarray(start, start + 6).equals(EXIF_MARK)) {
      orientation ??= orientationOf(bytes.subarray(start, end));
    }
    if (at > from) kept.push(bytes.subarray(from, at));
    from = end;
  }
  const exif = orientation && orientation > 1 ? [exifSegment(orientation)] : [];
  const head = Buffer.concat([bytes.subarray(0, 2), ...exif, ...kept]);
  // The original can describe the orientation in fewer bytes than we do.
  if (head.length > from) return Buffer.concat([head, bytes.subarray(from)]);
  head.copy(bytes, from - head.length);
  return bytes.subarray(from - head.length);
}

function isMetadata(bytes: Buffer, marker: number, start: number): boolean {
  if (marker === APP2) return !bytes.subarray(start, start + ICC_MARK.length).equals(ICC_MARK);
  return marker === COMMENT || ((marker & 0xf0) === 0xe0 && !COLOUR_SEGMENTS.has(marker));
}

function exifSegment(orientation: number): Buffer {
  const content = Buffer.concat([EXIF_MARK, exifOf(orientation)]);
  return Buffer.concat([Buffer.from([0xff, APP1, 0, content.length + 2]), content]);
}

/** The JPEG with an end marker added. */
export function withEnd(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.from([0xff, EOI])]);
}

/**
 * The segments that have a length, and last the end marker. `at` is the position of the marker's
 * 0xff, `start` and `end` those of the content. A segment whose length is below its own two bytes has
 * no content, as libjpeg reads comments; it refuses other segments of that kind.
 */
function* segments(
  bytes: Buffer,
): Generator<{ marker: number; at: number; start: number; end: number }> {
  let next = 2;
  let inScan = false;
  for (;;) {
    next = bytes.indexOf(0xff, next);
    if (next === -1) return;
    while (bytes[next] === 0xff) next += 1;
    const marker = bytes[next];
    const at = next - 1;
    next += 1;
    if (marker === undefined) return;
    if (marker === EOI) {
      yield { marker, at, start: next, end: next };
      return;
    }
    if (!hasLength(marker, inScan)) continue;
    if (next + 2 > bytes.length) return;
    const length = Math.max(2, bytes.readUInt16BE(next));
    yield { marker, at, start: next + 2, end: Math.min(next + length, bytes.length) };
    if (marker === SOS) inScan = true;
    next += length;
  }
}

/**
 * 0x00 is a data byte 0xff, and restart markers are part of a scan. If a decoder finds an unknown
 * marker where a restart marker is due, it reads no length but continues right behind it, so scans
 * could hide there.
 */
function hasLength(marker: number, inScan: boolean): boolean {
  if (inScan && marker < 0xc0) return false;
  return marker !== 0 && marker !== TEM && (marker < 0xd0 || marker > SOI);
}

/** SOF0 to SOF15; three numbers of that range are tables. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function readFrame(bytes: Buffer, marker: number, start: number): Frame {
  const components = bytes[start + 5] ?? 0;
  if (components === 0 || start + 6 + 3 * components > bytes.length) {
    throw new InvalidImage('JPEG frame header cut short');
  }
  const height = bytes.readUInt16BE(start + 1);
  const width = bytes.readUInt16BE(start + 3);
  const sampling = Array.from({ length: components }, (_, i) => bytes[start + 7 + 3 * i] ?? 0);
  const widest = Math.max(1, ...sampling.map((factors) => factors >> 4));
  const highest = Math.max(1, ...sampling.map((factors) => factors & 15));
  const samples = sampling.reduce(
    (sum, factors) => sum + ((factors >> 4) * (factors & 15)) / (widest * highest),
    0,
  );
  const progressive = PROGRESSIVE.has(marker);
  return { width, height, components, samples, progressive };
}
