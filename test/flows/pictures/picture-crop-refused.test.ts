import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertError } from '../../support/client.ts';
import {
  assertInvalid,
  missing,
  notAnInteger,
  tooBig,
  tooSmall,
  type Entry,
} from '../../support/field-errors.ts';
import { filesOf, mediaFiles } from '../../support/pictures/media-files.ts';
import { photo } from '../../support/pictures.ts';
import { openCrops, MOST, all, texts, file, type Fields } from '../../support/flows/crops.ts';

const { server, send, me } = await openCrops();

const INVALID = 'Invalid image file. Please upload a valid image (JPEG, PNG, GIF, WebP).';

const x = ['body', 'x'];
const y = ['body', 'y'];
const size = ['body', 'size'];
const rotation = ['body', 'rotation'];
const noRotation = (input: string): Entry => ({
  type: 'enum',
  loc: rotation,
  msg: 'Input should be 0, 90, 180 or 270',
  input,
  ctx: { expected: '0, 90, 180 or 270' },
});

/** Fields sent beside the file, and all their errors. */
const REFUSED: Record<string, [Fields, Entry[]]> = {
  'only x': [[['x', '0']], [missing(y), missing(size)]],
  'no size': [all('0', '0', ''), [missing(size)]],
  'only a rotation': [[['rotation', '90']], [missing(x), missing(y), missing(size)]],
  'negative numbers': [
    all('-1', '-20', '-3'),
    [tooSmall(x, 0, '-1'), tooSmall(y, 0, '-20'), tooSmall(size, 1, '-3')],
  ],
  'a size of 0': [all('0', '0', '0'), [tooSmall(size, 1, '0')]],
  'no integers': [
    all('1.5', 'abc', ' 1'),
    [notAnInteger(x, '1.5'), notAnInteger(y, 'abc'), notAnInteger(size, ' 1')],
  ],
  'other spellings of integers': [
    all('+1', '007', '1e1'),
    [notAnInteger(x, '+1'), notAnInteger(y, '007'), notAnInteger(size, '1e1')],
  ],
  'more of them': [
    all('-0', '１', '0x10'),
    [notAnInteger(x, '-0'), notAnInteger(y, '１'), notAnInteger(size, '0x10')],
  ],
  'no picture is so large': [
    all(String(MOST + 1), '9'.repeat(400), '1'),
    [tooBig(x, MOST, String(MOST + 1)), tooBig(y, MOST, '9'.repeat(400))],
  ],
  'beyond the right edge': [all('21', '0', '60'), [tooBig(x, 20, '21')]],
  'beyond the lower edge': [all('0', '1', '60'), [tooBig(y, 0, '1')]],
  'beyond both': [all('80', '60', '1'), [tooBig(x, 79, '80'), tooBig(y, 59, '60')]],
  'larger than the picture': [all('0', '0', '61'), [tooBig(size, 60, '61')]],
  'beyond the rotated picture': [
    [...all('1', '0', '60'), ['rotation', '270']],
    [tooBig(x, 0, '1')],
  ],
  'rotations there are not': [[...all('0', '0', '9'), ['rotation', '45']], [noRotation('45')]],
  'rotations in other words': [[...all('0', '0', '9'), ['rotation', '-90']], [noRotation('-90')]],
  'everything wrong at once': [
    [...all('a', '', '0'), ['rotation', '360']],
    [notAnInteger(x, 'a'), missing(y), tooSmall(size, 1, '0'), noRotation('360')],
  ],
};

for (const [name, [fields, errors]] of Object.entries(REFUSED)) {
  test(`refused: ${name}; the old picture stays`, async () => {
    await send([file()]);
    const old = await me();
    assertInvalid(await send([...texts(fields), file()]), errors);
    assertInvalid(await send([file(), ...texts(fields)]), errors);
    assert.equal(await me(), old);
    assert.deepEqual(await mediaFiles(server.dataDir), await filesOf(server.dataDir, old));
  });
}

const wrong = (loc: string[], why: string): Entry => ({
  type: 'value_error',
  loc,
  msg: `Value error, ${why}`,
  input: null,
});

test('a field given twice, or as a file, is refused together with all other errors', async () => {
  const fields = texts(all('0', '0', '10'));
  const twice = await send([...fields, { name: 'x', data: '0' }, file()]);
  assertInvalid(twice, [wrong(x, 'only one is taken')]);
  const asFile = { name: 'y', filename: 'y.txt', data: '0' };
  const asFiles = await send([fields[0]!, asFile, fields[2]!, file()]);
  assertInvalid(asFiles, [wrong(y, 'expected a text')]);
  const none = await send([...texts(all('0', '-1', '10'))]);
  assertInvalid(none, [missing(['body', 'file']), tooSmall(y, 0, '-1')]);
  const two = await send([...texts([['rotation', '1']]), file(), { ...file(), name: 'other' }]);
  assertInvalid(two, [
    wrong(['body', 'file'], 'only one file is taken'),
    missing(x),
    missing(y),
    missing(size),
    noRotation('1'),
  ]);
});

test('a broken picture is a 400, with and without a crop', async () => {
  const bytes = await photo({ width: 200, height: 200 });
  for (const broken of [bytes.subarray(0, bytes.length / 2), Buffer.from('no picture')]) {
    assertError(await send([...texts(all('0', '0', '200')), file(broken)]), 400, INVALID);
  }
});
