import { afterSoi, findSegment, jpegSegment, resizedJpeg } from '../pictures/crafted-pictures.ts';
import { all, MARKER, NEARLY_LIMIT, type HostileFiles } from './file.ts';
import { exifBombs, profileBombs, xmpBomb } from './metadata.ts';
import { photo, plain } from '../pictures.ts';
import { SOS, scanBomb, hiddenScans, tinyScans, losslessJpeg } from './jpeg-scans.ts';

const MAX_SEGMENT = 65_533;
const COMMENT = 0xfe;

const small = () => photo({ width: 60, height: 40 });

/** A JPEG that begins with these segments, as often as they fit into `length` bytes. */
async function ledBy(length: number, ...segments: Buffer[]): Promise<Buffer> {
  const jpeg = await small();
  const one = Buffer.concat(segments);
  const times = Math.floor((length - jpeg.length) / one.length);
  return afterSoi(jpeg, Buffer.alloc(times * one.length, one));
}

const app = (n: number, name: string, content: Uint8Array) =>
  jpegSegment(0xe0 + n, Buffer.concat([Buffer.from(`${name}\0`, 'latin1'), content]));

/** A profile in as many segments as it needs. */
function iccSegments(profile: Buffer): Buffer[] {
  const size = MAX_SEGMENT - 14;
  const count = Math.ceil(profile.length / size);
  return Array.from({ length: count }, (_, n) => {
    const part = profile.subarray(n * size, (n + 1) * size);
    return app(2, 'ICC_PROFILE', Buffer.concat([Buffer.from([n + 1, count]), part]));
  });
}

async function reframed(marker: number, precision = 8): Promise<Buffer> {
  const jpeg = await small();
  const frame = findSegment(jpeg, 0xc0);
  jpeg[frame + 1] = marker;
  jpeg[frame + 4] = precision;
  return jpeg;
}

async function withFrame(change: (jpeg: Buffer, frame: number) => Buffer): Promise<Buffer> {
  const jpeg = await small();
  return change(jpeg, findSegment(jpeg, 0xc0));
}

const FRAMES = [1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15];

function embedded(name: string, blocks: Record<string, Buffer>, put: (b: Buffer) => Buffer[]) {
  return Object.fromEntries(
    Object.entries(blocks).map(([kind, block]) => [
      `JPEG with ${name}: ${kind}`,
      async () => afterSoi(await small(), ...put(block)),
    ]),
  );
}

/** JPEG files that cost too much, or that decoders fail on. */
export const hostileJpegs: HostileFiles = {
  ...all('refused', {
    'JPEG of 582 scans, 150 KB': () => scanBomb(582, 7000, 7000),
    'JPEG of 51,657 scans, 4.9 MB': () => scanBomb(51_657, 10_000, 4900),
    'JPEG of 400,000 of the smallest scans': () => tinyScans(400_000, 7000, 7000),
    'JPEG of scans hidden behind a marker of no meaning': () => hiddenScans(60, 2048, 2048),
    'JPEG of 65,535 scans of one pixel': () => scanBomb(65_535, 1, 1),
    'JPEG of a million empty comments': () =>
      ledBy(NEARLY_LIMIT, jpegSegment(COMMENT, Buffer.alloc(0))),
    'JPEG of 100,000 tables of Huffman codes': async () => {
      const jpeg = await small();
      const at = findSegment(jpeg, 0xc4);
      const table = jpeg.subarray(at, at + 2 + jpeg.readUInt16BE(at + 2));
      return ledBy(Math.min(NEARLY_LIMIT, 100_000 * table.length), table);
    },
    'JPEG of 12 bits': () => reframed(0xc1, 12),
    'JPEG of 16 bits': () => reframed(0xc0, 16),
    'JPEG with two frames': () =>
      withFrame((jpeg, frame) => {
        const other = resizedJpeg(jpeg, 20_000, 20_000);
        const twice = other.subarray(frame, frame + 19);
        return Buffer.concat([jpeg.subarray(0, frame + 19), twice, jpeg.subarray(frame + 19)]);
      }),
    'JPEG with 255 components': () =>
      withFrame((jpeg, frame) => {
        const components = Buffer.alloc(3 * 255, Buffer.from([1, 0x11, 0]));
        const content = Buffer.concat([
          jpeg.subarray(frame + 4, frame + 9),
          Buffer.from([255]),
          components,
        ]);
        const head = jpeg.subarray(0, frame);
        return Buffer.concat([head, jpegSegment(0xc0, content), jpeg.subarray(frame + 19)]);
      }),
    'JPEG of two components': () =>
      withFrame((jpeg, frame) => {
        jpeg.writeUInt8(2, frame + 9);
        return jpeg;
      }),
    'JPEG with sampling factors of 15': () =>
      withFrame((jpeg, frame) => {
        jpeg.writeUInt8(0xff, frame + 11);
        return jpeg;
      }),
    'JPEG with sampling factors of 0': () =>
      withFrame((jpeg, frame) => {
        jpeg.writeUInt8(0, frame + 11);
        return jpeg;
      }),
    'JPEG with nothing between its first and last marker': () =>
      Buffer.from([0xff, 0xd8, 0xff, 0xd9]),
    'JPEG of nothing but start markers': () =>
      Buffer.alloc(NEARLY_LIMIT, Buffer.from([0xff, 0xd8])),
    'JPEG of nothing but fill bytes': () =>
      Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.alloc(NEARLY_LIMIT, 0xff)]),
  }),
  ...all(
    'either',
    Object.fromEntries([
      ...FRAMES.map((n) => [
        `JPEG whose frame says that it is of kind ${n}`,
        () => reframed(0xc0 + n),
      ]),
      ['lossless JPEG', () => losslessJpeg(64, 48)],
      ['lossless JPEG of 36 megapixels', () => losslessJpeg(6000, 6000)],
      [
        'arithmetic JPEG of 49 megapixels',
        async () => resizedJpeg(await reframed(0xc9), 7000, 7000),
      ],
      [
        'arithmetic JPEG of 64 scans and 49 megapixels',
        async () => {
          const jpeg = await tinyScans(64, 7000, 7000);
          jpeg[findSegment(jpeg, 0xc2) + 1] = 0xca;
          return jpeg;
        },
      ],
      ['JPEG of 64 scans and 49 megapixels', () => scanBomb(64, 7000, 7000)],
      ['JPEG of 64 faulty scans and 49 megapixels', () => tinyScans(64, 7000, 7000)],
      ['JPEG of 12 scans and 50 megapixels', () => scanBomb(12, 10_000, 5000)],
      [
        'JPEG of 49 megapixels with a restart in every block',
        async () => {
          const jpeg = resizedJpeg(await small(), 7000, 7000);
          const sos = findSegment(jpeg, SOS);
          const restart = jpegSegment(0xdd, Buffer.from([0, 1]));
          return Buffer.concat([jpeg.subarray(0, sos), restart, jpeg.subarray(sos)]);
        },
      ],
      ['JPEG of 20 scans and 49 megapixels', () => scanBomb(20, 7000, 7000)],
      [
        'JPEG with a restart in every block',
        async () => {
          const jpeg = await small();
          const sos = findSegment(jpeg, 0xda);
          const restart = jpegSegment(0xdd, Buffer.from([0, 1]));
          return Buffer.concat([jpeg.subarray(0, sos), restart, jpeg.subarray(sos)]);
        },
      ],
      [
        'progressive CMYK JPEG of 24 megapixels',
        async () => {
          const jpeg = plain('#888').toColourspace('cmyk').jpeg({ progressive: true });
          return resizedJpeg(await jpeg.toBuffer(), 6000, 4000);
        },
      ],
      [
        'progressive JPEG of 33 megapixels without subsampling',
        async () => {
          const jpeg = plain('#888').jpeg({ progressive: true, chromaSubsampling: '4:4:4' });
          return resizedJpeg(await jpeg.toBuffer(), 6666, 4999);
        },
      ],
      [
        'progressive JPEG of 50 megapixels',
        async () =>
          resizedJpeg(await plain('#888').jpeg({ progressive: true }).toBuffer(), 10_000, 5000),
      ],
    ]),
  ),
  ...all('picture', {
    'JPEG of 5 MB of comments': () =>
      ledBy(NEARLY_LIMIT, jpegSegment(COMMENT, Buffer.alloc(MAX_SEGMENT, MARKER))),
    'JPEG with all application segments': () =>
      ledBy(
        500_000,
        ...Array.from({ length: 16 }, (_, n) => app(n, `APP${n}`, Buffer.from(MARKER))),
      ),
    'JPEG with 5 MB of XMP': () =>
      ledBy(NEARLY_LIMIT, app(1, 'http://ns.adobe.com/xap/1.0/', xmpBomb(65_000))),
    'JPEG with 70 blocks of EXIF': () =>
      ledBy(
        NEARLY_LIMIT,
        app(1, 'Exif\0', exifBombs(65_000)['EXIF entries that all show the same large text']!),
      ),
    ...embedded('EXIF', exifBombs(65_000), (block) => [app(1, 'Exif\0', block)]),
    ...embedded('a profile', profileBombs(100_000), iccSegments),
    ...embedded('a large profile', profileBombs(4_900_000), iccSegments),
    'JPEG with a photo behind its end': async () => Buffer.concat([await small(), await small()]),
  }),
};
