import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorsOf } from '../../support/visitor.ts';
import { openTags } from '../../support/flows/tags.ts';

const { ann, writer, editor, reader, write, tagsOf, found } = await openTags();

test('editors rename a tag: its old address leads to the new one, and so does its old name', async () => {
  const id = await write(['Tpyo']);
  assert.equal((await writer.get('/tags/tpyo/edit')).status, 403);
  assert.equal((await writer.post('/tags/tpyo/rename', { name: 'Typo' })).status, 403);
  assert.doesNotMatch((await writer.get('/tags/tpyo')).text, /Rename or merge/);
  assert.match((await editor.get('/tags/tpyo')).text, /Rename or merge/);
  assert.match((await editor.get('/tags/tpyo/edit')).text, /Edit tag/);
  const bad = await editor.post('/tags/tpyo/rename', { name: 'a/b' });
  assert.equal(bad.status, 422);
  assert.match(errorsOf(bad)['name'] ?? '', /must not have/);

  const renamed = await editor.post('/tags/tpyo/rename', { name: 'Typo' });
  assert.equal(renamed.location, '/tags/typo?done=tag-renamed');
  assert.deepEqual(await tagsOf(id), ['Typo']);
  const old = await reader.get('/tags/TPYO');
  assert.deepEqual([old.status, old.location], [301, '/tags/typo']);
  const again = await write(['tpyo']);
  assert.deepEqual(await tagsOf(again), ['Typo']);
  assert.deepEqual(await found('tag:tpyo'), [again, id]);

  await write(['Taken']);
  const taken = await editor.post('/tags/typo/rename', { name: 'TAKEN' });
  assert.equal(taken.status, 409);
  assert.match(errorsOf(taken)['name'] ?? '', /“Taken” is a tag already/);

  await editor.post('/tags/typo/rename', { name: 'TYPO' });
  await editor.post('/tags/typo/rename', { name: 'Tpyo' });
  assert.equal((await reader.get('/tags/tpyo')).status, 200, 'named back');
  assert.equal((await reader.get('/tags/typo')).location, '/tags/tpyo');
});

test('editors merge a tag into another, and everything leads there', async () => {
  const one = await write(['Bread']);
  const both = await write(['Bread', 'Loaf', 'Toast']);
  const other = await write(['Loaf'], { audience: 'members' });
  for (const [into, reason] of [
    ['no such tag', /There is no tag of this name/],
    ['BREAD', /Choose another tag/],
    ['', /Please fill in this field/],
  ] as const) {
    const refused = await editor.post('/tags/bread/merge', { into });
    assert.equal(refused.status, 422);
    assert.match(errorsOf(refused)['into'] ?? '', reason);
  }
  const merged = await editor.post('/tags/bread/merge', { into: 'loaf' });
  assert.equal(merged.location, '/tags/loaf?done=tag-merged');
  assert.deepEqual(await tagsOf(one), ['Loaf']);
  assert.deepEqual(await tagsOf(both), ['Loaf', 'Toast']);
  assert.equal((await reader.get('/tags/bread')).location, '/tags/loaf');
  assert.match((await reader.get('/tags/loaf')).text, /2 posts/);
  assert.deepEqual(await found('tag:bread'), [both, one], 'the index follows');
  assert.deepEqual(await found('tag:loaf', ann.token), [other, both, one]);
  const again = await editor.post('/tags/loaf/merge', { into: 'Toast' });
  assert.equal(again.status, 303);
  assert.equal((await reader.get('/tags/bread')).location, '/tags/toast');
  assert.deepEqual(await found('tag:bread'), [both, one]);
  assert.match((await editor.get('/admin/log')).text, /tags merged[\s\S]*Loaf → Toast/);
});
