import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EMPTY, field, form, textArea, type Field } from './form.ts';

const title: Field = { name: 'title', label: 'Title', type: 'text', autocomplete: 'off', max: 100 };
const password: Field = {
  name: 'password',
  label: 'Password',
  type: 'password',
  autocomplete: 'new-password',
  note: 'Long.',
};

test('a field keeps what was typed', () => {
  const typed = { values: { title: '"a" <b>' }, errors: {} };
  assert.match(String(field(typed, title)), / value="&quot;a&quot; &lt;b&gt;"/);
});

test('a password is never sent back', () => {
  const typed = { values: { password: 'hunter22' }, errors: { password: 'No.' } };
  const markup = String(field(typed, password));
  assert.doesNotMatch(markup, /hunter22| value=/);
});

test('an error is tied to its field, and the first one takes the focus', () => {
  const state = { values: {}, errors: { title: 'Too long.', password: 'Too short.' } };
  const first = String(field(state, title));
  assert.match(
    first,
    /id="title"[^>]* aria-describedby="title-error" aria-invalid="true" autofocus/,
  );
  assert.match(first, /id="title-error">Too long\.</);
  const second = String(field(state, password));
  assert.match(second, /aria-describedby="password-note password-error" aria-invalid="true">/);
  assert.doesNotMatch(second, /autofocus/);
});

test('a form without errors marks nothing', () => {
  const markup = String(form(EMPTY, '/x', field(EMPTY, title)));
  assert.doesNotMatch(markup, /aria-invalid|autofocus/);
});

test('the summary of errors takes the focus only when no field does', () => {
  const whole = { values: {}, errors: {}, summary: 'Incorrect <email>' };
  assert.match(
    String(form(whole, '/x', null)),
    /role="alert"[^>]* autofocus>Incorrect &lt;email&gt;</,
  );
  const both = { ...whole, errors: { title: 'No.' } };
  assert.doesNotMatch(String(form(both, '/x', null)), /role="alert"[^>]* autofocus/);
});

test('a text area keeps a leading line break, although parsers drop one', () => {
  const typed = { values: { content: '\n\nHello' }, errors: {} };
  const markup = String(textArea(typed, { name: 'content', label: 'Content', rows: 3 }));
  assert.match(markup, /<textarea[^>]*>\n\n\nHello<\/textarea>/);
});
