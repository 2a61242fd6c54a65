import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layoutAt } from './layout.ts';
import type { Row } from './rows.ts';
import { assertValues } from './values.ts';

const { tables } = await layoutAt();

/** A row that is accepted: what its rules ask for, and 1 or a text elsewhere. */
function check(table: string, values: Row): void {
  const layout = tables.get(table) ?? assert.fail(table);
  const rest = layout.columns.map(({ name, type }) => [name, type === 'integer' ? 1 : 'text']);
  assertValues(layout, { ...Object.fromEntries(rest), ...SOUND[table], ...values });
}

const TEXT = { format: 'markdown', audience: 'blog', tags: '["soup"]' };
const SOUND: Record<string, Row> = {
  users: { email: 'eva.straße@müller.example', role: 'owner', state: 'waiting' },
  posts: { format: 'text', state: 'hidden', audience: 'members' },
  settings: { name: 'accent', value: 'forest' },
  drafts: TEXT,
  revisions: TEXT,
  moderation_log: { action: 'tags merged' },
  comments: { state: 'held' },
  site_pictures: { name: 'logo' },
  notices: { kind: 'mention' },
  reports: { outcome: null },
  tags: { name: 'C++', key: 'c++' },
};

test('every row that the program stores is accepted', () => {
  for (const table of tables.keys()) check(table, {});
  check('posts', { id: 2 ** 52 });
  check('comments', { parent_id: null, user_id: null });
  check('drafts', { tags: '[]' });
  check('settings', { name: 'time-zone', value: 'Europe/Kiev' });
  check('settings', { name: 'footer-links', value: 'About us /about\nMail mailto:a@b.example' });
  check('settings', { name: 'feed-id', value: 'urn:uuid:1' });
});

const CASES: [table: string, column: string, values: (string | number)[]][] = [
  ['users', 'id', [0, -1, 2 ** 52 + 1, Number.MAX_SAFE_INTEGER]],
  [
    'users',
    'email',
    ['ann', 'a@b.example,c@d.example', 'a@b.example\r\nBcc: c@d.example', 'a b@c.d', ''],
  ],
  ['users', 'role', ['', 'Owner', 'host', 'constructor']],
  ['users', 'state', ['deleted']],
  ['users', 'token_version', [-1]],
  ['posts', 'user_id', [0]],
  ['posts', 'format', ['html']],
  ['posts', 'state', ['draft']],
  ['posts', 'audience', ['nobody']],
  ['posts', 'comments_closed', [2]],
  ['drafts', 'tags', ['', 'soup', '{}', 'null', '"soup"', '[1]', '[["soup"]]', '["soup"']],
  ['drafts', 'format', ['html']],
  ['drafts', 'base_revision', [-5]],
  ['revisions', 'tags', ['soup']],
  ['revisions', 'published', [-1]],
  ['moderation_log', 'action', ['hacked']],
  ['post_pictures', 'width', [0, 1e9]],
  ['post_pictures', 'bytes', [-1]],
  ['comments', 'state', ['shown']],
  ['comments', 'parent_id', [-1]],
  ['site_pictures', 'name', ['favicon']],
  ['pinned_posts', 'place', [4]],
  ['notices', 'kind', ['spam']],
  ['reports', 'outcome', ['']],
  ['tags', 'key', ['.', '..', 'a/b', '']],
  ['tags', 'name', ['?']],
  ['tag_redirects', 'key', ['..']],
  ['post_tags', 'place', [-1]],
];

for (const [table, column, values] of CASES) {
  for (const value of values) {
    test(`${table}.${column} is not ${JSON.stringify(value)}`, () => {
      const named = new RegExp(
        `^TypeError: ${column} of the row \\[[^\\n]*\\] of ${table} is not [a-z][^\\n]*$`,
      );
      assert.throws(() => check(table, { [column]: value }), named);
    });
  }
}

const SETTINGS: Record<string, string> = {
  accent: 'red',
  'time-zone': 'Mars/Phobos',
  registration: 'OPEN',
  readers: 'nobody',
  'footer-links': 'Click javascript:alert(1)',
  'site-name': 'x'.repeat(51),
};

for (const [name, value] of Object.entries(SETTINGS)) {
  test(`the setting ${name} is not ${value}`, () => {
    assert.throws(() => check('settings', { name, value }), /^TypeError: value of the row \["/);
  });
}
