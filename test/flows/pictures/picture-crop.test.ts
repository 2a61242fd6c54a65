import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tooBig } from '../../support/field-errors.ts';
import { multipart, MULTIPART, type Part } from '../../support/multipart.ts';
import { QUADRANTS } from '../../support/pictures.ts';
import { difference, pixelsOf } from '../../support/pictures/pixels.ts';
import { createVisitor, errorsOf, valuesOf } from '../../support/visitor.ts';
import { openCrops, MOST, all, texts, file } from '../../support/flows/crops.ts';

const { server, client, ann, send, me } = await openCrops();
const visitor = createVisitor(server.url);
await visitor.signIn(ann);

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
