import assert from 'node:assert/strict';

const MARKERS: Record<number, string> = {
  0xc0: 'SOF0',
  0xc2: 'SOF2',
  0xc4: 'DHT',
  0xd9: 'EOI',
  0xda: 'SOS',
  0xdb: 'DQT',
  0xe0: 'APP0',
};

/** JFIF's segment without a thumbnail: marker, length 16, name, version, density, 0 × 0. */
const JFIF_LENGTH = 16;

/** A segment of a JPEG between SOI and EOI. */
interface Segment {
  name: string;
  content: Buffer;
}

/** Every segment of a JPEG; throws for a byte that belongs to none. */
function segmentsOf(jpeg: Buffer): Segment[] {
  assert.equal(jpeg.readUInt16BE(0), 0xffd8, 'it begins with SOI');
  const segments: Segment[] = [];
  for (let at = 2; at < jpeg.length;) {
    assert.equal(jpeg[at], 0xff, `a marker at ${at}`);
    const marker = jpeg.readUInt8(at + 1);
    const name = MARKERS[marker];
    assert.ok(name, `no segment 0x${marker.toString(16)}`);
    const length = name === 'EOI' ? 0 : jpeg.readUInt16BE(at + 2);
    segments.push({ name, content: jpeg.subarray(at + 4, at + 2 + length) });
    at += 2 + length;
    if (name === 'SOS') while (jpeg[at] !== 0xff || jpeg[at + 1] === 0) at += 1;
    if (name === 'EOI') assert.equal(at, jpeg.length, 'nothing follows EOI');
  }
  return segments;
}

/**
 * Asserts a JPEG of `size` × `size` with three components that has only JFIF, tables, frame and
 * scans: no EXIF, profile or comment, and no byte before, between or after. Without a profile it is
 * sRGB.
 */
export function assertCleanJpeg(jpeg: Buffer, size: number): void {
  const segments = segmentsOf(jpeg);
  assert.equal(segments.at(-1)?.name, 'EOI', 'it ends with EOI');
  for (const [n, { name, content }] of segments.entries()) {
    if (name === 'APP0') {
      assert.deepEqual([n, content.length + 2], [0, JFIF_LENGTH], 'JFIF, first and once');
      assert.equal(content.toString('latin1', 0, 5), 'JFIF\0');
      assert.equal(content.readUInt16BE(12), 0, 'no thumbnail');
    }
  }
  const frames = segments.filter(({ name }) => name.startsWith('SOF'));
  assert.equal(frames.length, 1);
  const frame = frames[0]!.content;
  assert.deepEqual(
    {
      bits: frame[0],
      height: frame.readUInt16BE(1),
      width: frame.readUInt16BE(3),
      components: frame[5],
    },
    { bits: 8, height: size, width: size, components: 3 },
  );
}

/** Asserts a plain lossy WebP of `size` × `size`: one chunk of pixels and nothing else. */
export function assertCleanWebp(webp: Buffer, size: number): void {
  assert.equal(webp.toString('latin1', 0, 4) + webp.toString('latin1', 8, 16), 'RIFFWEBPVP8 ');
  assert.equal(webp.readUInt32LE(4), webp.length - 8, 'nothing follows');
  const length = webp.readUInt32LE(16);
  assert.equal(20 + length + (length % 2), webp.length, 'one chunk');
  assert.deepEqual([webp.readUInt16LE(26), webp.readUInt16LE(28)], [size, size]);
}
