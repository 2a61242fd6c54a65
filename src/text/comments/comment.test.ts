import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nameKey } from '../../unicode/case-fold.ts';
import { renderComment } from './comment.ts';
import { namedPeople } from './mentions.ts';
import type { NamedPerson } from '../rendered.ts';

const NAMES = ['Ada', 'Ada Lovelace', 'ada_l', 'Zoë', 'Müller & Co', '李明'];
const PEOPLE: NamedPerson[] = NAMES.map((username, at) => ({
  id: at + 1,
  username,
  key: nameKey(username),
}));

/** As the service does it: only those whom the text may mean are known. */
function comment(source: string) {
  const keys = namedPeople(source);
  return renderComment(
    source,
    PEOPLE.filter(({ key }) => keys.includes(key)),
  );
}

describe('a comment', () => {
  const table: Record<string, [source: string, html: RegExp]> = {
    'has Markdown': ['**b**\n\n- one', /<strong>b<\/strong>.*<ul>/s],
    'has bold lines for headings': ['# One', /^<p dir="auto"><strong>One<\/strong><\/p>$/],
    'shows no pictures': [
      '![a view](https://example.com/a.png)',
      /^<p dir="auto"><a href="https:\/\/example.com\/a.png" rel="ugc noopener nofollow">a view<\/a><\/p>$/,
    ],
    'shows no pictures of the blog': ['![a view](/pictures/12)', /^<p dir="auto">a view<\/p>$/],
    'has no footnotes': ['a[^1]\n\n[^1]: b', /\[\^1\]/],
    'has no raw HTML': ['<img src=x onerror=alert(1)>', /&lt;img/],
    'has no addresses of scripts': ['[a](javascript:alert(1))', /^<p dir="auto">\[a\]/],
    'is shown as typed when it lies too deep': ['>'.repeat(40) + ' a', /^<p class="typed"/],
  };
  for (const [what, [source, html]] of Object.entries(table)) {
    test(what, () => assert.match(comment(source).html, html));
  }

  test('counts its links', () => {
    const source =
      'https://a.example [b](https://b.example) ![c](https://c.example) /d `https://e.example` @Ada';
    assert.equal(comment(source).links, 3);
  });
});

describe('a mention', () => {
  const table: Record<string, [source: string, ids: number[], html?: RegExp]> = {
    'links to a person': [
      '@Ada',
      [1],
      /<a class="mention" href="\/users\/1\/posts">@<bdi>Ada<\/bdi><\/a>/,
    ],
    'is the longest name that follows': [
      'Hi @Ada Lovelace!',
      [2],
      /Hi <a [^>]+>@<bdi>Ada Lovelace<\/bdi><\/a>!/,
    ],
    'ends with the words of a name': ['@Ada Byron', [1], /<\/a> Byron/],
    'regards no case': ['@ADA lovelace', [2]],
    'may be quoted': ['@"Ada Lovelace"s', [2], /<\/a>s/],
    'may be quoted to be shorter': ['@"Ada" Lovelace', [1], /<\/a> Lovelace/],
    'may hold signs': ['@Müller & Co.', [5], /@<bdi>Müller &amp; Co<\/bdi><\/a>\./],
    'may hold underscores': ['@ada_l', [3]],
    'may be in any script': ['@李明，你好', [6]],
    'may be in a quote': ['> **@Zoë**', [4]],
    'of several people': ['@Ada, @Zoë and @Ada', [1, 4]],
    'is not the beginning of a longer word': ['@Adam', []],
    'is not within a word': ['me@Ada', []],
    'is not within an address': ['https://example.com/@Ada', []],
    'is not within a link': ['[@Ada](https://example.com)', []],
    'is not within code': ['`@Ada`\n\n```\n@Ada\n```', []],
    'is of nobody else': ['@nobody', []],
    'does not go over a line': ['@Ada\nLovelace', [1]],
  };
  for (const [what, [source, ids, html]] of Object.entries(table)) {
    test(what, () => {
      const rendered = comment(source);
      assert.deepEqual(rendered.mentioned, ids);
      assert.equal(
        rendered.html.match(/class="mention"/g)?.length ?? 0,
        source === '@Ada, @Zoë and @Ada' ? 3 : ids.length,
      );
      if (html) assert.match(rendered.html, html);
    });
  }

  test('a text full of signs asks for few names', () => {
    assert.ok(namedPeople('@a b c d e '.repeat(1000)).length <= 30 * 50);
    assert.ok(namedPeople('@'.repeat(10_000)).length <= 50);
  });
});
