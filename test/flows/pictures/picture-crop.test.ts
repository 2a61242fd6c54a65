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
import { multipart, MULTIPART, type Part } from '../../support/multipart.ts';
import { photo, QUADRANTS, quadrants } from '../../support/pictures.ts';
import { difference, pixelsOf } from '../../support/pictures/pixels.ts';
import { openBlog } from '../../support/blog.ts';
import { createVisitor, errorsOf, valuesOf } from '../../support/visitor.ts';

const INVALID = 'Invalid image file. Please upload a valid image (JPEG, PNG, GIF, WebP).';
const MOST = 51_000_000;

const { server, client } = await openBlog();
const ann = await client.person('Ann');
const visitor = createVisitor(server.url);
await visitor.signIn(ann);
/** 80 × 60, a colour in each quadrant. */
const picture: Buffer = await quadrants().png().toBuffer();

type Fields = [name: string, text: string][];
const all = (x: string, y: string, size: string): Fields => [
  ['x', x],
  ['y', y],
  ['size', size],
];
const texts = (fields: Fields): Part[] => fields.map(([name, data]) => ({ name, data }));
const file = (data = picture): Part => ({ name: 'file', filename: 'a.png', data });

const send = (parts: Part[]) =>
  client.api<{ image_file: string; image_path: string }>('PATCH', `/api/users/${ann.id}/picture`, {
    token: ann.token,
    body: multipart(parts),
    headers: MULTIPART,
  });
const me = async () =>
  (await client.api<{ image_file: string }>('GET', `/api/users/${ann.id}`)).body.image_file;

async function stored(path: string) {
  const answer = await fetch(server.url + path);
  return pixelsOf(Buffer.from(await answer.arrayBuffer()));
}

/** Whether a stored picture has only the colour of one quadrant. */
async function assertQuadrant(path: string, quadrant: number): Promise<void> {
  const seen = await stored(path);
  const colour = Buffer.from(QUADRANTS[quadrant]!.slice(1), 'hex');
  const data = Buffer.alloc(seen.data.length, colour);
  assert.ok(difference(seen, { ...seen, data }) < 8, `quadrant ${quadrant}`);
}

test('the square is cropped, with the fields before or after the file', async () => {
  for (const [n, [x, y]] of [
    [0, 0],
    [50, 0],
    [0, 30],
    [50, 30],
  ].entries()) {
    const fields = texts(all(String(x), String(y), '30'));
    for (const parts of [
      [file(), ...fields],
      [...fields, file()],
      [fields[2]!, file(), fields[0]!, fields[1]!],
    ]) {
      const answer = await send(parts);
      assert.equal(answer.status, 200, answer.text);
      await assertQuadrant(answer.body.image_path, n);
    }
  }
});

test('the square refers to the rotated picture', async () => {
  for (const [rotation, quadrant] of [
    ['0', 0],
    ['90', 2],
    ['180', 3],
    ['270', 1],
  ] as const) {
    const parts = texts([...all('0', '0', '20'), ['rotation', rotation]]);
    const answer = await send([...parts, file()]);
    assert.equal(answer.status, 200, answer.text);
    await assertQuadrant(answer.body.image_path, quadrant);
  }
});

test('without the fields, or with empty ones, the middle is kept', async () => {
  const whole = await send([file()]);
  const empty = await send([...texts([...all('', '', ''), ['rotation', '']]), file()]);
  const middle = await send([...texts(all('10', '0', '60')), file()]);
  const { image_path: path } = middle.body;
  const [a, b, c] = [await me(), whole.status, empty.status];
  assert.deepEqual([a, b, c], [middle.body.image_file, 200, 200]);
  // The files of the first two are gone, so each is sent again after the third.
  const third = await stored(path);
  for (const parts of [[file()], [...texts(all('', '', '')), file()]]) {
    const answer = await send(parts);
    assert.ok(difference(await stored(answer.body.image_path), third) <= 8);
  }
});

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

test('the form accepts the crop fields, and shows their errors beside the chooser', async () => {
  const post = (parts: Part[], headers: Record<string, string> = {}) =>
    visitor.ask('POST', '/account/picture', {
      body: multipart(parts),
      headers: { ...MULTIPART, ...headers },
    });
  const done = await post([...texts(all('50', '30', '30')), file()]);
  assert.deepEqual([done.status, done.location], [303, '/account?done=picture']);
  await assertQuadrant(`/media/profile_pics/${await me()}`, 3);

  const old = await me();
  for (const fields of [all('70', '0', '30'), all('0', '0', ''), all('a', '0', '1')]) {
    const page = await post([...texts(fields), file()]);
    assert.equal(page.status, 422);
    assert.equal(errorsOf(page)['file'], 'The picture cannot be cropped like this.');
    assert.equal(valuesOf(page)['username'], 'Ann');
  }
  const script = await post([...texts(all('70', '0', '30')), file()], {
    accept: 'application/json',
  });
  assert.equal(script.status, 422);
  assert.deepEqual(JSON.parse(script.text), { detail: [tooBig(x, 50, '70')] });
  assert.equal(await me(), old);
});

test('the OpenAPI document describes the fields', async () => {
  const { body } = await client.api<{ paths: Record<string, unknown> }>('GET', '/openapi.json');
  const text = JSON.stringify(body.paths['/api/users/{user_id}/picture']);
  const { patch } = JSON.parse(text) as {
    patch: { requestBody: { content: Record<string, { schema: Form }> } };
  };
  interface Form {
    required: string[];
    properties: Record<
      string,
      { type: string; minimum?: number; maximum?: number; enum?: number[] }
    >;
  }
  const { required, properties } = patch.requestBody.content['multipart/form-data']!.schema;
  assert.deepEqual(required, ['file']);
  assert.deepEqual(Object.keys(properties), ['file', 'x', 'y', 'size', 'rotation']);
  for (const [name, minimum] of [
    ['x', 0],
    ['y', 0],
    ['size', 1],
  ] as const) {
    const { type, minimum: least, maximum } = properties[name]!;
    assert.deepEqual([type, least, maximum], ['integer', minimum, MOST]);
  }
  assert.deepEqual(properties['rotation']?.enum, [0, 90, 180, 270]);
});
