import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { textFile, textFileName } from './text-file.ts';

test('a file is named after the post’s number and title', () => {
  const names: [string, string][] = [
    ['Hello, World!', 'posts/7-Hello-World.md'],
    ['🎉🎉', 'posts/7.md'],
    ['../../etc/passwd', 'posts/7-etc-passwd.md'],
    ['C:\\nul.txt', 'posts/7-C-nul-txt.md'],
    ['مرحبا بالعالم', 'posts/7-مرحبا-بالعالم.md'],
    ['a\u202egnp.exe', 'posts/7-a-gnp-exe.md'],
    ['हिन्दी', 'posts/7-हिन्दी.md'],
    ['x'.repeat(100), `posts/7-${'x'.repeat(50)}.md`],
  ];
  for (const [title, name] of names) assert.equal(textFileName('posts', { id: 7, title }), name);
});

test('no title makes a name that a file system refuses or that leaves the folder', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (title) => {
      const name = textFileName('posts', { id: 7, title }).slice('posts/'.length);
      assert.match(name, /^7(?:-[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?\.md$/u);
      assert.ok(Buffer.byteLength(name) <= 255);
    }),
  );
});

test('a title cannot break out of its line in the front matter', () => {
  const post = {
    id: 1,
    title: 'a"\n---\nb',
    content: 'text',
    format: 'text',
    tags: ['a: "b"'],
  } as const;
  assert.equal(
    textFile(post, { date: 0, url: 'http://localhost/posts/1' }),
    '---\ntitle: "a\\"\\n---\\nb"\ndate: 1970-01-01T00:00:00.000000Z\nurl: http://localhost/posts/1\nformat: text\ntags: ["a: \\"b\\""]\n---\n\ntext\n',
  );
});
