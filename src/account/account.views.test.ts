import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EMPTY } from '../views/form.ts';
import type { Page } from '../views/layout.ts';
import { accountPage, deleteAccountPage, type AccountView, type Owner } from './account.views.ts';
import { forgotPasswordPage, resetPasswordPage } from './sign-in/reset.views.ts';
import { loginPage, registerPage } from './sign-in/sign-in.views.ts';

const owner: Owner = {
  id: 3,
  username: 'Ada <b>',
  picture_key: 'a'.repeat(32),
  email: 'ada@example.org',
  postCount: 4,
  onlyOwner: false,
};
const page: Page = {
  siteName: 'Site',
  title: 'Account',
  viewer: { ...owner, role: 'member', state: 'active' },
  mayWrite: true,
  path: '/account',
  assets: { css: [], js: [], font: '/f', theme: '/t' },
  basePath: '',
  publicUrl: 'https://blog.example',
  registrationOpen: true,
  mailEnabled: true,
  mediaBase: '/media',
};
const session = { id: 's1', current: true, userAgent: '', createdAt: 0, lastSeenAt: 0 };
const account = (given: Partial<AccountView> = {}): string =>
  String(
    accountPage(page, {
      owner,
      limits: { bytes: 1000, pixels: 2000, size: '1KB' },
      sessions: [session],
      profile: { values: { username: owner.username, email: owner.email }, errors: {} },
      password: EMPTY,
      ...given,
    }),
  );

test('the limits of a picture are the server’s, in words and for the client', () => {
  assert.match(account(), /data-max-bytes="1000" data-max-pixels="2000" data-size="1KB"/);
  assert.match(account(), /Maximum file size: 1KB\. Supported formats: JPEG, PNG, GIF, WebP\./);
});

test('the chooser names JPEG first and never all pictures, so that iOS converts HEIC', () => {
  assert.match(account(), /accept="image\/jpeg,image\/png,image\/webp,image\/gif"/);
});

test('a picture can be removed only when there is one', () => {
  assert.match(account(), /id="remove-picture-link"><a /);
  const bare = account({ owner: { ...owner, picture_key: null } });
  assert.match(bare, /id="remove-picture-link" hidden><a /);
});

test('the reason why a picture was refused is shown beside the chooser', () => {
  assert.match(
    account({ pictureError: 'Too <large>' }),
    /id="file-error" role="alert">Too &lt;large&gt;</,
  );
});

test('other sessions can be ended, this one only by logging out', () => {
  assert.doesNotMatch(account(), /sessions\/end/);
  const two = account({ sessions: [session, { ...session, id: 's2', current: false }] });
  assert.match(two, /This browser<\/span>\s*<p class="meta">Signed in on <time/);
  assert.match(two, /<p class="meta">Last used on <time [^>]*>January 1, 1970 at 00:00 UTC</);
  assert.deepEqual(
    [...two.matchAll(/name="session" value="(\w+)"/g)].map(([, id]) => id),
    ['s2'],
  );
  assert.match(two, /action="\/account\/sessions\/end-others"/);
});

test('deleting an account names what will be deleted', () => {
  for (const text of [account(), String(deleteAccountPage(page, owner, EMPTY))]) {
    assert.match(text, /<bdi>Ada &lt;b&gt;<\/bdi><\/strong> \(ada@example\.org\)/);
    assert.match(text, /<li>all your 4 posts<\/li><li>your profile picture<\/li>/);
  }
  const little = String(
    deleteAccountPage(page, { ...owner, postCount: 0, picture_key: null }, EMPTY),
  );
  assert.doesNotMatch(little, /your \d|your profile picture/);
});

test('logging in returns to the page before', () => {
  const state = { values: { next: '/posts/new', password: 'secret-1' }, errors: {} };
  const login = String(loginPage({ ...page, viewer: null }, state));
  assert.match(login, /name="next" value="\/posts\/new"/);
  assert.match(login, /autocomplete="current-password"/);
  assert.doesNotMatch(login, /secret-1/);
});

test('a post that was being written when the session ended is kept during the login', () => {
  const values = { next: '/posts/new', title: 'T', content: 'one\n"two"', form_key: 'k' };
  const login = String(loginPage({ ...page, viewer: null }, { values, errors: {} }));
  assert.match(login, /type="hidden" name="title" value="T"/);
  assert.match(login, /type="hidden" name="content" value="one\n&quot;two&quot;"/);
  assert.match(login, /type="hidden" name="form_key" value="k"/);
  const plain = String(loginPage({ ...page, viewer: null }, EMPTY));
  assert.doesNotMatch(plain, /type="hidden"/);
});

test('a new password is asked for twice, with the rule beside it', () => {
  const pages = [registerPage(page, EMPTY), resetPasswordPage(page, 't0', EMPTY)];
  for (const [text, name] of pages.map((p, i) => [String(p), ['password', 'new_password'][i]])) {
    assert.match(
      text ?? '',
      new RegExp(`autocomplete="new-password"[^>]* data-min="8"[^>]* name="${name}"`),
    );
    assert.match(text ?? '', new RegExp(`data-same="${name}"[^>]* name="confirm_password"`));
    assert.match(text ?? '', /Must be at least 8 characters\./);
  }
});

test('without a mail server the page says that no mail will come', () => {
  const text = (mailEnabled: boolean) =>
    String(forgotPasswordPage({ ...page, mailEnabled }, EMPTY));
  assert.match(text(false), /no mail server/);
  assert.doesNotMatch(text(true), /no mail server/);
});
