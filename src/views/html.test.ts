import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attribute, html } from './html.ts';

test('strings are escaped for text and for attributes', () => {
  const hostile = `<script>alert("a" & 'b')</script>`;
  const safe = '&lt;script&gt;alert(&quot;a&quot; &amp; &#39;b&#39;)&lt;/script&gt;';
  assert.equal(
    String(html`<p title="${hostile}">${hostile}</p>`),
    `<p title="${safe}">${safe}</p>`,
  );
});

test('markup is not escaped again, alone and in nested lists', () => {
  const item = (text: string) => html`<li>${text}</li>`;
  const list = html`<ul>${[item('a<'), [item('b')]]}</ul>`;
  assert.equal(String(list), '<ul><li>a&lt;</li><li>b</li></ul>');
});

test('null, undefined and false show nothing, zero shows itself', () => {
  assert.equal(String(html`[${null}${undefined}${false}${0}]`), '[0]');
});

test('an attribute is left out, without a value, or escaped', () => {
  const tag = (value: string | boolean | undefined) => String(html`<a${attribute('x', value)}>`);
  assert.equal(tag(undefined), '<a>');
  assert.equal(tag(false), '<a>');
  assert.equal(tag(true), '<a x>');
  assert.equal(tag(''), '<a x="">');
  assert.equal(tag('"><b'), '<a x="&quot;&gt;&lt;b">');
});
