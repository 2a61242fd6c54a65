import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assetsOf, type Manifest } from './assets.ts';

const manifest: Manifest = {
  'client/main.ts': { file: 'assets/main-1.js', css: ['assets/main-2.css'] },
  'client/theme.ts': { file: 'assets/theme-3.js' },
  'node_modules/x/newsreader-latin-ext-wght-normal.woff2': { file: 'assets/ext-4.woff2' },
  'node_modules/x/newsreader-latin-wght-normal.woff2': { file: 'assets/latin-5.woff2' },
};

test('the manifest gives URLs of the built files below the base', () => {
  assert.deepEqual(assetsOf(manifest, '/static/'), {
    css: ['/static/assets/main-2.css'],
    js: ['/static/assets/main-1.js'],
    font: '/static/assets/latin-5.woff2',
    theme: '/static/assets/theme-3.js',
  });
});

test('an incomplete build is refused', () => {
  for (const missing of ['client/main.ts', 'client/theme.ts', Object.keys(manifest)[3] ?? '']) {
    const { [missing]: _, ...rest } = manifest;
    assert.throws(() => assetsOf(rest, '/'), /incomplete/, missing);
  }
});
