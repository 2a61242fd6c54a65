import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from '../views/layout.ts';
import { render } from '../text/render.ts';
import { editPostPage, newPostPage } from './composer.views.ts';

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
const post = { id: 12, version: 1 };

test('the form for a new post has its key, the form for an edit the current text', () => {
  const empty = { values: { form_key: 'k1' }, errors: {} };
  const made = String(newPostPage(page, empty));
  assert.match(made, /action="\/posts\/new" data-send data-draft="3:\/posts\/new"/);
  assert.match(made, /name="form_key" value="k1"/);
  const stored = { values: { title: 'T', content: 'C' }, errors: {} };
  const edited = String(editPostPage(page, post, stored));
  assert.match(edited, /action="\/posts\/12\/edit"/);
  assert.match(edited, / value="T".*>\nC<\/textarea>/s);
});

test('a preview shows the text as readers would see it, above what was typed', () => {
  const state = { values: { title: '', content: '*C*', format: 'markdown' }, errors: {} };
  const preview = render('*C*', 'markdown');
  const shown = String(newPostPage(page, { ...state, preview }));
  assert.match(shown, /<section [^>]*aria-label="Preview">.*Untitled.*<em>C<\/em>.*<form /s);
  assert.match(shown, />\n\*C\*<\/textarea>/);
  assert.doesNotMatch(String(newPostPage(page, state)), /aria-label="Preview"/);
});
