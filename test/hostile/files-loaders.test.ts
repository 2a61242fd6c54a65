import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { blockUnwantedLoaders } from '../../src/images/worker/loaders.ts';
import { foreignKinds } from '../support/hostile/foreign.ts';
import { gif, photo, plain, png, webp } from '../support/pictures.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Whether libvips decodes it, with the most lenient settings. */
const decodes = (input: Buffer | string) =>
  Promise.resolve()
    .then(() => sharp(input, { failOn: 'none', limitInputPixels: false }).stats())
    .then(
      () => true,
      () => false,
    );

test('without our checks, libvips reads only the four formats, from memory', async (t) => {
  const folder = await temporaryFolder(t);
  const kinds = await foreignKinds();
  const own = join(folder, 'own.v');
  await plain('#abc').toFile(own);
  const files: Record<string, string> = { 'libvips’ own': own };
  for (const [n, [kind, { bytes, suffix }]] of Object.entries(kinds).entries()) {
    files[kind] ??= join(folder, `${n}.${suffix}`);
    if (files[kind] !== own) await writeFile(files[kind], bytes);
  }
  const size = { width: 60, height: 40 };
  const wanted = {
    photo: await photo(size),
    png: await png(size),
    gif: await gif(size),
    webp: await webp(size),
  };
  const inputs: [name: string, input: Buffer | string][] = [
    ...Object.entries(kinds).map(([kind, { bytes }]) => [kind, bytes] as [string, Buffer]),
    ...Object.entries(files).map(
      ([kind, path]) => [`${kind} by its file`, path] as [string, string],
    ),
  ];
  for (const [name, bytes] of Object.entries(wanted)) {
    const path = join(folder, name);
    await writeFile(path, bytes);
    inputs.push([`${name} by its file`, path]);
  }
  const readable = async () => {
    const names: string[] = [];
    for (const [name, input] of inputs) if (await decodes(input)) names.push(name);
    return names;
  };

  // Otherwise the test would pass with a libvips that cannot read them anyway.
  const before = await readable();
  for (const name of [
    'SVG',
    'compressed SVG',
    'TIFF',
    'BigTIFF',
    'AVIF',
    'SVG by its file',
    'libvips’ own by its file',
    'photo by its file',
  ]) {
    assert.ok(before.includes(name), `${name} could be read: ${before.join()}`);
  }

  blockUnwantedLoaders();
  assert.deepEqual(await readable(), []);
  for (const [name, bytes] of Object.entries(wanted)) assert.ok(await decodes(bytes), name);
});
