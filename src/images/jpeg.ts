import { InvalidImage } from '../errors.ts';
import type { Header } from './header.ts';

/**
 * A progressive picture costs one pass over all of its pixels for each scan, and a scan may be a
 * few bytes long: 51,657 of them fit into 4.9 MB and would decode for ten minutes. Of 598 natural
 * pictures none had more than 20.
 */
const MAX_SCANS = 64;

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const TEM = 0x01;
const PROGRESSIVE = new Set([0xc2, 0xca]);

interface Frame {
  width: number;
  height: number;
  components: number;
  /** Bytes of all coefficients, 2 each, which decoders keep when there is more than one scan. */
  coefficientBytes: number;
  progressive: boolean;
}

/**
 * Reads a JPEG's frame header and counts its scans as a decoder would meet them, up to the end
 * marker: what cameras put before and after their markers, thumbnails and videos included, is
 * skipped as libjpeg skips it. Throws InvalidImage.
 */
export function readJpeg(bytes: Buffer): Header {
  let frame: Frame | undefined;
  let scans = 0;
  let separateScans = false;
  for (const { marker, start } of segments(bytes)) {
    if (marker === SOS) {
      scans += 1;
      if (scans > MAX_SCANS) throw new InvalidImage(`JPEG of more than ${MAX_SCANS} scans`);
      if (frame && (bytes[start] ?? 0) < frame.components) separateScans = true;
    } else if (isFrameHeader(marker)) {
      frame ??= readFrame(bytes, marker, start);
    }
  }
  if (!frame) throw new InvalidImage('JPEG without a frame header');
  const { width, height, progressive, coefficientBytes } = frame;
  const decodeBytes = progressive || separateScans ? coefficientBytes : 0;
  return { format: 'jpeg', width, height, decodeBytes, deep: false };
}

/** The segments that carry a length, up to the end marker; `start` is that of their content. */
function* segments(bytes: Buffer): Generator<{ marker: number; start: number }> {
  let at = 2;
  for (;;) {
    at = bytes.indexOf(0xff, at);
    if (at === -1) return;
    while (bytes[at] === 0xff) at += 1;
    const marker = bytes[at];
    at += 1;
    if (marker === EOI || marker === undefined) return;
    if (!hasLength(marker)) continue;
    if (at + 2 > bytes.length) return;
    const length = bytes.readUInt16BE(at);
    if (length < 2) throw new InvalidImage('JPEG segment shorter than its own length');
    yield { marker, start: at + 2 };
    at += length;
  }
}

/** 0x00 is a data byte 0xff, and restart markers stand inside of a scan. */
function hasLength(marker: number): boolean {
  return marker !== 0 && marker !== TEM && (marker < 0xd0 || marker > SOI);
}

/** SOF0 to SOF15; three of that range are tables. */
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
  const share = sampling.reduce(
    (sum, factors) => sum + ((factors >> 4) * (factors & 15)) / (widest * highest),
    0,
  );
  const coefficientBytes = 2 * width * height * share;
  return { width, height, components, coefficientBytes, progressive: PROGRESSIVE.has(marker) };
}
