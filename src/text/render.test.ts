import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { render } from './render.ts';

const markdown = (source: string) => render(source, 'markdown').html;

describe('Markdown', () => {
  const table: Record<string, [source: string, html: string | RegExp]> = {
    emphasis: ['*a* **b** ~~c~~', /<em>a<\/em> <strong>b<\/strong> <s>c<\/s>/],
    'line breaks stay': ['one\ntwo', /one<br>\ntwo/],
    'headings begin at h2': ['# One\n\n###### Six', /<h2 id="h-one".*<h6 id="h-six"/s],
    'equal headings get different ids': ['# A\n\n# A', /id="h-a".*id="h-a\.2"/s],
    'ids in all scripts': ['# Суп & 汤!', /id="h-суп-汤"/],
    'an underlined line is not a heading': ['Title\n=====', /<p dir="auto">Title<br>\n=====<\/p>/],
    'an indented line is not code': ['    four', '<p dir="auto">four</p>'],
    'a code block names its language': [
      '```js\na<b\n```',
      /<pre><code class="language-js">a&lt;b\n/,
    ],
    'a language is one word': ['```"><b onclick=x\n```', /<pre><code><\/code>/],
    'code scrolls in a group': [
      '```\nx\n```',
      /^<div class="scroll" role="group" aria-label="Code" tab/,
    ],
    'tables are aligned by class': [
      '|a|\n|-:|\n|1|',
      /<th class="align-right">a.*<td class="align-right">1/s,
    ],
    tasks: [
      '- [x] a\n- [ ] b',
      /type="checkbox" disabled checked aria-label="Done"> a.*aria-label="Not done"> b/s,
    ],
    footnotes: [
      'a[^x]\n\n[^x]: Why',
      /href="#fn1" id="fnref1".*<li id="fn1".*Why.*href="#fnref1" aria-label/s,
    ],
    'references are off': ['[a]\n\n[a]: https://a.example', /\[a\]: <a href="https:\/\/a.example"/],
    'raw markup is text': ['<b onclick="x">y</b>', /&lt;b onclick=&quot;x&quot;&gt;/],
    'links that leave say so': [
      '[a](https://a.example)',
      /<a href="https:\/\/a.example" rel="ugc noopener nofollow">a</,
    ],
    'links that stay do not': [
      '[a](/posts/1) [b](#h-b)',
      /<a href="\/posts\/1">a<\/a> <a href="#h-b">b<\/a>/,
    ],
    'bare addresses': [
      'https://a.example/x www.b.org me@c.example',
      /">https:\/\/a.example\/x<.*http:\/\/www.b.org".*mailto:me@c.example/,
    ],
    'names of files are no addresses': [
      'README.md example.com',
      '<p dir="auto">README.md example.com</p>',
    ],
    'pictures from elsewhere are links': [
      '![cat](https://a.example/c.png)',
      /<a href="https:\/\/a.example\/c.png" rel="[^"]+">cat<\/a>/,
    ],
    'pictures in a link are its text': [
      '[![cat](https://a.example/c.png)](/x)',
      '<p dir="auto"><a href="/x">cat</a></p>',
    ],
    'what turns the direction is isolated': ['a\u202Eb', /<bdi>a\u202Eb<\/bdi>/],
  };
  for (const [name, [source, expected]] of Object.entries(table)) {
    test(name, () => {
      if (typeof expected === 'string') assert.equal(markdown(source), expected);
      else assert.match(markdown(source), expected);
    });
  }

  for (const address of [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java&#10;script:alert(1)',
    '&#x6a;avascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    '//elsewhere.example',
    '/\\elsewhere.example',
    `https://a.example/${'x'.repeat(2000)}`,
  ]) {
    test(`no link leads to ${address.slice(0, 40)}`, () => {
      for (const source of [
        `[a](${address})`,
        `[a](<${address}>)`,
        `<${address}>`,
        `![a](${address})`,
      ]) {
        assert.doesNotMatch(
          markdown(source),
          /(?:href|src)="(?!https?:\/\/[^"]{0,1990}"|\/%5C)/i,
          source,
        );
      }
    });
  }

  test('a footnote is defined outside of other blocks alone', () => {
    assert.match(markdown('a[^x]\n\n[^x]: Why'), /<li id="fn1"/);
    const nested = markdown('[^1]: >[^1]: x');
    assert.equal(nested.split('<blockquote>').length, nested.split('</blockquote>').length);
    assert.doesNotMatch(markdown('a[^x]\n\n> [^x]: Why'), /<li id="fn1"/);
  });

  test('20 quotes in each other are shown; deeper ones as they were typed, and it says why', () => {
    assert.equal(render(`${'> '.repeat(19)}deep`, 'markdown').shownPlain, null);
    const { html, shownPlain } = render(`${'> '.repeat(100_000)}deep`, 'markdown');
    assert.equal(shownPlain, 'deep');
    assert.match(html, /&gt; deep<\/p>/);
  });

  test('a text whose markup would be huge is shown as it was typed', () => {
    const { html, shownPlain } = render(`${'[^1]'.repeat(25_000)}\n\n[^1]: a`, 'markdown');
    assert.equal(shownPlain, 'large');
    assert.ok(html.length < 200_000);
    assert.equal(
      render('| a | b |\n|---|---|\n' + '| 1 | 2 |\n'.repeat(10_000), 'markdown').shownPlain,
      null,
    );
  });

  test('what is read has no markup, and its words are counted in all scripts', () => {
    const { plain, words } = render(
      '# Soup\n\n*Two* [cups](/x), ![cat](/c) `salt`\n\n日本語',
      'markdown',
    );
    assert.equal(plain, 'Soup\nTwo cups, cat salt\n日本語');
    assert.equal(words, 6);
  });

  test('cells of a table are read apart, also empty ones and those with markup', () => {
    const table = '| a | *b* |\n|---|---|\n| c | |\n| `d` | e |';
    const { plain, words } = render(table, 'markdown');
    assert.deepEqual(plain.split(/\s+/), ['a', 'b', 'c', 'd', 'e']);
    assert.equal(words, 5);
  });
});

test('a text is shown as it was typed, with links', () => {
  const { html, plain } = render('*one*\n  two https://a.example/?b=1&c\n\n\n<b>\r\n', 'text');
  assert.equal(
    html,
    '<p class="typed" dir="auto">*one*\n  two <a href="https://a.example/?b=1&amp;c" rel="ugc noopener nofollow">https://a.example/?b=1&amp;c</a></p>\n<p class="typed" dir="auto">&lt;b&gt;\n</p>',
  );
  assert.equal(plain.slice(0, 5), '*one*');
});
