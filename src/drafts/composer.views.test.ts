import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from '../views/layout.ts';
import { render } from '../text/render.ts';
import { composerPage, type Composed } from './composer.views.ts';
import type { Place } from './form/place.ts';

const page: Page = {
  siteName: 'Site',
  title: 'New Post',
  viewer: { id: 3, username: 'Ada & Co', picture_key: null, role: 'member', state: 'active' },
  mayWrite: true,
  path: '/posts/new',
  assets: { css: [], js: [], font: '/f', theme: '/t' },
  basePath: '',
  publicUrl: 'https://blog.example',
  registrationOpen: true,
  mailEnabled: true,
  mediaBase: '/media',
};
const tray = { pictures: [], unused: [], limits: { bytes: 1, pixels: 1, size: '1MB' } };
const newPlace: Place = { action: '/posts/new', h1: 'New Post', back: '/' };
const editPlace: Place = { action: '/posts/12/edit', h1: 'Edit Post', back: '/posts/12' };

test('the form for a new post has its key, the form for an edit the current text', () => {
  const empty = { values: { form_key: 'k1' }, errors: {} };
  const made = String(composerPage(page, newPlace, { ...empty, tray }));
  assert.match(made, /action="\/posts\/new" data-send data-draft="3:\/posts\/new"/);
  assert.match(made, /name="form_key" value="k1"/);
  const stored = { values: { title: 'T', content: 'C' }, errors: {} };
  const edited = String(composerPage(page, editPlace, { ...stored, tray }));
  assert.match(edited, /action="\/posts\/12\/edit"/);
  assert.match(edited, />\nT<\/textarea>.*>\nC<\/textarea>/s);
});

test('a preview shows the text as readers would see it, beside what was typed', () => {
  const state = { values: { title: '', content: '*C*', format: 'markdown' }, errors: {} };
  const preview = render('*C*', 'markdown');
  const shown = String(composerPage(page, newPlace, { ...state, tray, preview }));
  assert.match(shown, /<section [^>]*aria-label="Preview"[^>]* autofocus>.*Untitled.*<em>C<\/em>/s);
  assert.match(shown, />\n\*C\*<\/textarea>/);
  assert.match(shown, /1 word, 1 minute</);
  const empty = String(composerPage(page, newPlace, { ...state, tray }));
  assert.match(empty, /<section [^>]*aria-label="Preview"[^>]*>.*<div class="prose"><\/div>/s);
});

test('the title has the focus, unless something else needs it', () => {
  const focused = (state: Composed) =>
    [
      ...String(composerPage(page, newPlace, { ...state, tray })).matchAll(
        /<(\w+)[^>]* autofocus>/g,
      ),
    ].map(([tag]) => /(?:name|class)="([\w -]+)"/.exec(tag)?.[1]);
  const values = { title: 'T', content: 'C' };
  assert.deepEqual(focused({ values, errors: {} }), ['paper-text post-title']);
  assert.deepEqual(focused({ values, errors: { content: 'No.' } }), ['paper-text']);
  assert.deepEqual(focused({ values, errors: {}, summary: 'No.' }), ['alert alert-danger']);
  assert.deepEqual(focused({ values, errors: {}, preview: render('C', 'text') }), ['preview']);
});
