import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { render } from './render.ts';

/** What markup may hold: elements with their attributes. */
const ALLOWED: Record<string, string[]> = {
  ...Object.fromEntries(
    'em strong s code pre br hr bdi sup ul table thead tbody tr blockquote'
      .split(' ')
      .map((name) => [name, []]),
  ),
  p: ['dir', 'class'],
  ol: ['start'],
  li: ['dir', 'class', 'id'],
  a: ['href', 'title', 'rel', 'id', 'aria-label'],
  code: ['class'],
  sup: ['class'],
  div: ['class', 'role', 'aria-label', 'tabindex'],
  section: ['class', 'aria-label'],
  input: ['type', 'disabled', 'checked', 'aria-label'],
  th: ['class'],
  td: ['class'],
  ...Object.fromEntries(['h2', 'h3', 'h4', 'h5', 'h6'].map((name) => [name, ['id', 'dir']])),
};
const VOID = new Set(['br', 'hr', 'input']);
const TAG = /^<(\/?)([a-z][a-z0-9]*)((?: [a-z-]+(?:="[^"<>]*")?)*)>/;

/** Asserts that markup is well formed, and that no element or attribute is another than those allowed. */
function verify(html: string, source: string): void {
  const open: string[] = [];
  for (let rest = html; rest !== '';) {
    const at = rest.search(/[<]/);
    const text = at < 0 ? rest : rest.slice(0, at);
    assert.doesNotMatch(text, /[>"]/, `unescaped text in ${JSON.stringify(source)}`);
    if (at < 0) break;
    const tag = TAG.exec(rest.slice(at));
    assert.ok(tag, `no tag at ${rest.slice(at, at + 60)} of ${JSON.stringify(source)}`);
    const [whole, end, name = '', attributes = ''] = tag;
    assert.ok(Object.hasOwn(ALLOWED, name), `${name} of ${JSON.stringify(source)}`);
    for (const [, attribute = '', value = ''] of attributes.matchAll(
      / ([a-z-]+)(?:="([^"]*)")?/g,
    )) {
      assert.ok(ALLOWED[name]?.includes(attribute), `${name} ${attribute} of ${source}`);
      if (attribute === 'href') assert.match(value, /^(?:$|https?:\/\/|mailto:|#|\/(?![/\\]))/i);
    }
    if (end) assert.equal(open.pop(), name, JSON.stringify(source));
    else if (!VOID.has(name)) open.push(name);
    rest = rest.slice(at + whole.length);
  }
  assert.deepEqual(open, [], JSON.stringify(source));
}

/** Pieces of Markdown and of what attackers put into it, to be combined. */
const PIECES = [
  '[',
  ']',
  '(',
  ')',
  '![',
  '](',
  '<',
  '>',
  '"',
  "'",
  '`',
  '```',
  '~~~',
  '*',
  '**',
  '_',
  '~~',
  '|',
  '|-|',
  '\n',
  '\n\n',
  '    ',
  '\t',
  '> ',
  '- ',
  '1. ',
  '- [x] ',
  '# ',
  '---',
  '\\',
  '&',
  '[^1]',
  '[^1]: ',
  '^[',
  'a',
  'b c',
  '&#106;',
  '&quot;',
  '&lt;',
  '\u202e',
  '\u0000',
  '\ud800',
  'javascript:',
  'java\tscript:',
  'data:text/html,',
  'https://a.example/',
  '//b.example',
  'www.c.d',
  '<script>',
  '</script>',
  '<img src=x onerror=y>',
  'onclick="x"',
  'style="x"',
  '<!--',
  ']]>',
  'me@a.example',
  'mailto:',
  '{{',
  '${x}',
  ' "title"',
  "'onmouseover='x",
  '/posts/1',
  '#top',
];

for (const format of ['markdown', 'text'] as const) {
  test(`${format}: whatever is written, markup is well formed and holds nothing that acts`, () => {
    const source = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 5 })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(source, (pieces) => {
        const text = pieces.join('');
        const { html, excerptHtml } = render(text, format);
        verify(html, text);
        verify(excerptHtml, text);
      }),
      { numRuns: 3000 },
    );
  });
}

test('payloads in every place of an address, a title, an alt text and a language do nothing', () => {
  const payloads = ['"onfocus=alert(1) ', "'><script>x</script>", '" style="x', '<svg/onload=x>'];
  const places = [
    '[a](P)',
    '[a](/x "P")',
    '![P](https://a.example)',
    '```P\nx\n```',
    '[P](/x)',
    '<P>',
  ];
  for (const payload of payloads) {
    for (const place of places) {
      const source = place.replace('P', payload);
      verify(render(source, 'markdown').html, source);
    }
  }
});

for (const piece of [
  '[',
  '[x][x]',
  '![',
  '*a _b ',
  '`',
  '> ',
  'https://a.b/',
  '^[a',
  '[^1]',
  '|a',
  '&',
]) {
  test(`16 KB of ${JSON.stringify(piece)} grow at most 13 times`, () => {
    const source = piece.repeat(Math.ceil(16_384 / piece.length));
    const { html } = render(source, 'markdown');
    assert.ok(html.length <= 13 * source.length, `${html.length / source.length}`);
    verify(html, piece);
  });
}
