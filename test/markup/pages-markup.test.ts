import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elementsOf, type Element } from '../support/markup.ts';
import { PAGES } from './sample-pages.ts';

for (const [name, markup] of Object.entries(PAGES)) {
  test(`${name}: valid markup, whatever people write`, () => {
    const elements = elementsOf(String(markup));
    assert.equal(elements.filter((element) => element.name === 'h1').length, 1);
    assert.deepEqual(inline(elements), []);
    assert.deepEqual(danglingIds(elements), []);
    assert.deepEqual(unnamed(elements), []);
    assert.ok(wantFocus(elements).length <= 2);
  });
}

test('broken markup is found', () => {
  const bad = '<p style="x"><label for="gone">a</label><input name="b"></p>';
  const elements = elementsOf(bad);
  assert.deepEqual(inline(elements), ['p']);
  assert.deepEqual(danglingIds(elements), ['gone']);
  assert.deepEqual(unnamed(elements), ['b']);
  for (const broken of ['<p>', '<p></b></p>', '<p>1 < 2</p>', '<a href="<b">x</a>']) {
    assert.throws(() => elementsOf(broken), Error, broken);
  }
});

/** The type of a block of data, which no browser runs. */
const DATA = 'application/ld+json';

/** What the Content-Security-Policy would block: handlers, style attributes, inline scripts and styles. */
function inline(elements: Element[]): string[] {
  return elements
    .filter(
      ({ name, attributes }) =>
        name === 'style' ||
        (name === 'script' && attributes['src'] === undefined && attributes['type'] !== DATA) ||
        Object.keys(attributes).some((key) => key === 'style' || key.startsWith('on')),
    )
    .map(({ name }) => name);
}

/** What takes the focus when the page loads, at most one in each form; a closed dialog's does not count. */
function wantFocus(elements: Element[]): Element[] {
  return elements.filter(
    ({ attributes }) => 'autofocus' in attributes && !('data-close' in attributes),
  );
}

/** Ids that are referred to but missing, or used twice. */
function danglingIds(elements: Element[]): string[] {
  const ids = elements.map(({ attributes }) => attributes['id']).filter((id) => id !== undefined);
  const named = elements.flatMap(({ attributes }) =>
    [
      'for',
      'aria-describedby',
      'aria-labelledby',
      'data-dialog',
      'data-reveal',
      'data-same',
    ].flatMap((key) => attributes[key]?.split(' ') ?? []),
  );
  return [
    ...named.filter((id) => !ids.includes(id)),
    ...ids.filter((id, at) => ids.indexOf(id) !== at),
  ];
}

/** Visible fields without a label or a name of their own. */
function unnamed(elements: Element[]): string[] {
  const labelled = new Set(elements.map(({ attributes }) => attributes['for'] ?? ''));
  return elements
    .filter(({ name }) => name === 'input' || name === 'textarea')
    .filter(({ attributes }) => attributes['type'] !== 'hidden' && !('hidden' in attributes))
    .filter(({ attributes }) => !attributes['aria-label'])
    .filter(({ attributes }) => !labelled.has(attributes['id'] ?? 'no id'))
    .map(({ attributes }) => attributes['name'] ?? '');
}
