import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  afterIhdr,
  afterSoi,
  jpegSegment,
  pngChunk,
} from '../../test/support/pictures/crafted-pictures.ts';
import { plain, png, webp } from '../../test/support/pictures.ts';
import { stripMetadata } from './strip-metadata.ts';
import { exifOf } from './exif.ts';
import { animationFrame, extended, webpChunk } from '../../test/support/hostile/webp.ts';

const SIZE = { width: 70, height: 50 };

const EXIF = exifOf(6);

test('only a JPEG’s pixels, profile and orientation reach the decoder', async () => {
  const jpeg = await plain('#c85028', SIZE).flatten().withIccProfile('p3').jpeg().toBuffer();
  const mark = Buffer.from('Exif\0\0');
  const others = [0xe1, 0xe2, 0xe3, 0xed, 0xef, 0xfe].map((n) =>
    jpegSegment(n, Buffer.from('secret')),
  );
  const exif = jpegSegment(0xe1, Buffer.concat([mark, EXIF, Buffer.from('secret')]));
  assert.deepEqual(await stripMetadata(jpeg, 'jpeg'), jpeg);
  assert.deepEqual(await stripMetadata(afterSoi(jpeg, ...others), 'jpeg'), jpeg);
  assert.deepEqual(
    await stripMetadata(afterSoi(jpeg, ...others, exif), 'jpeg'),
    afterSoi(jpeg, jpegSegment(0xe1, Buffer.concat([mark, EXIF]))),
  );
  // Little endian, without the offset of a next directory: as short as possible.
  const shortest = Buffer.from('II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0', 'latin1');
  assert.deepEqual(
    await stripMetadata(afterSoi(jpeg, jpegSegment(0xe1, Buffer.concat([mark, shortest]))), 'jpeg'),
    afterSoi(jpeg, jpegSegment(0xe1, Buffer.concat([mark, EXIF]))),
  );
  const adobe = await plain('#c85028', SIZE).toColourspace('cmyk').jpeg().toBuffer();
  assert.deepEqual(
    await stripMetadata(adobe, 'jpeg'),
    adobe,
    'the segment that names its colour components stays',
  );
});

test('only a PNG’s pixels, profile, transparency and orientation reach the decoder', async () => {
  const plain = await png(SIZE);
  const kept = ['iCCP', 'tRNS'].map((type) => pngChunk(type, Buffer.from('a\0b')));
  const dropped = [
    'tEXt',
    'zTXt',
    'iTXt',
    'tIME',
    'sPLT',
    'acTL',
    'fdAT',
    'teSt',
    'iCCP',
    'tRNS',
  ].map((type) => pngChunk(type, Buffer.from('a\0b')));
  const picture = afterIhdr(plain, ...kept);
  const bytes = afterIhdr(plain, ...kept, ...dropped);
  assert.deepEqual(await stripMetadata(bytes, 'png'), await stripMetadata(picture, 'png'));
  assert.ok((await stripMetadata(picture, 'png')).includes('iCCP'));
  const long = pngChunk('eXIf', Buffer.concat([EXIF, Buffer.from('secret')]));
  const turned = afterIhdr(plain, pngChunk('eXIf', EXIF));
  assert.deepEqual(
    await stripMetadata(afterIhdr(plain, long), 'png'),
    await stripMetadata(turned, 'png'),
  );
  assert.ok((await stripMetadata(turned, 'png')).includes('eXIf'));
  const unknown = afterIhdr(plain, pngChunk('TEST', Buffer.alloc(0)));
  assert.ok(
    (await stripMetadata(unknown, 'png')).includes('TEST'),
    'refusing it is left to the decoder',
  );
  const cut = plain.subarray(0, -20);
  assert.equal((await stripMetadata(cut, 'png')).at(-1), cut.at(-1));
});

test('only a WebP’s first frame, profile and orientation reach the decoder', async () => {
  const simple = await webp(SIZE);
  assert.deepEqual(await stripMetadata(simple, 'webp'), simple);
  const image = simple.subarray(12);
  const frame = animationFrame(70, 50, 0, 0, image);
  const icc = webpChunk('ICCP', Buffer.from('profile'));
  const other = webpChunk('XMP ', Buffer.from('secret'));
  const block = (rest: string) => webpChunk('EXIF', Buffer.concat([EXIF, Buffer.from(rest)]));
  assert.deepEqual(
    await stripMetadata(
      extended(0x2e, 70, 50, [icc, frame, other, frame, block('secret'), frame]),
      'webp',
    ),
    extended(0x2a, 70, 50, [icc, frame, block('')]),
  );
  const cut = extended(0x0c, 70, 50, [image, other]).subarray(0, -5);
  const rest = await stripMetadata(cut, 'webp');
  assert.ok(rest.readUInt32LE(4) + 8 > rest.length, 'it still says that something is missing');
});
