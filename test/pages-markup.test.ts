import type { ShownPost } from '../src/posts/post.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { render } from '../src/text/render.ts';
import { accountPage, deleteAccountPage } from '../src/account/account.views.ts';
import { confirmEmailPage, deadLinkPage } from '../src/account/email.views.ts';
import { joinPage, waitingPage } from '../src/account/joining/join.views.ts';
import { invitationsPage } from '../src/admin/invitations.views.ts';
import { logPage } from '../src/admin/log.views.ts';
import {
  deletePersonPage,
  peoplePage,
  personAdminPage,
  waitingPeoplePage,
} from '../src/admin/people.views.ts';
import { writersPage } from '../src/profiles/profiles.views.ts';
import { stepsView, unclaimedView } from '../src/admin/first-steps.views.ts';
import { removeLogoPage, settingsPage } from '../src/admin/settings.views.ts';
import { ownerPage, ownerRegisterPage } from '../src/account/joining/owner.views.ts';
import { removePicturePage } from '../src/account/picture.views.ts';
import { forgotPasswordPage, resetPasswordPage } from '../src/account/sign-in/reset.views.ts';
import {
  loginPage,
  registerPage,
  registrationClosedPage,
} from '../src/account/sign-in/sign-in.views.ts';
import { composerPage } from '../src/drafts/composer.views.ts';
import { helpPage } from '../src/help/help.views.ts';
import { conflictPage } from '../src/drafts/form/conflict.views.ts';
import { deleteDraftPage, draftsPage } from '../src/drafts/drafts.views.ts';
import { TextConflict } from '../src/drafts/form/text-conflict.ts';
import { sharedDraftPage, sharePage } from '../src/drafts/share/share.views.ts';
import { emptySearchPage, foundPage, refusedPage } from '../src/search/search.views.ts';
import { deletePostPage } from '../src/posts/delete-post.views.ts';
import { homePage } from '../src/posts/front/home.views.ts';
import { notPinnedPage } from '../src/posts/front/pins.views.ts';
import { personPage } from '../src/posts/lists.views.ts';
import { postPage } from '../src/posts/post-page.views.ts';
import { errorPage } from '../src/views/error-page.ts';
import type { Form } from '../src/views/form.ts';
import type { Html } from '../src/views/html.ts';
import type { Page } from '../src/views/layout.ts';
import { elementsOf, type Element } from './support/markup.ts';

/** Used for every text that people can write: unescaped, it would close a tag or an attribute. */
const HOSTILE = `</p></textarea></title><img src=x onerror=alert(1)>" ' & \u0000 ${'x'.repeat(2100)}`;

const ACTIVE = { role: 'member', state: 'active' } as const;
const viewer = { id: 1, username: HOSTILE, picture_key: 'a'.repeat(32), ...ACTIVE };
const page: Page = {
  siteName: HOSTILE,
  title: HOSTILE,
  viewer,
  mayWrite: true,
  status: HOSTILE,
  error: HOSTILE,
  path: `/?x=${HOSTILE}`,
  assets: { css: ['/c.css'], js: ['/m.js'], font: '/f.woff2', theme: '/t.js' },
  basePath: '',
  publicUrl: 'https://blog.example',
  registrationOpen: true,
  mailEnabled: false,
  mediaBase: 'https://cdn.example.org',
};
const person = {
  ...viewer,
  state: 'waiting',
  created_at: 0,
  last_seen_at: 0,
  suspended_until: 0,
  state_reason: HOSTILE,
} as const;
const invited = {
  id: 1,
  token_hash: '',
  made_by: 1,
  maker: HOSTILE,
  role: 'member',
  note: HOSTILE,
  uses_left: 2,
  created_at: 0,
  expires_at: 0,
  mailed_to: null,
  mailed_hash: null,
  revoked_at: null,
  state: 'open',
} as const;
const entry = {
  id: 1,
  actor_id: 1,
  actor: HOSTILE,
  user_id: 2,
  person: HOSTILE,
  receiver: HOSTILE,
  action: 'suspended',
  to_user_id: null,
  post_id: null,
  comment_id: null,
  reason: HOSTILE,
  created_at: 0,
} as const;
const out: Page = { ...page, viewer: null };
const post = {
  title: HOSTILE,
  content: HOSTILE,
  date_posted: 0,
  username: HOSTILE,
  format: 'text' as const,
  state: 'published' as const,
  audience: 'blog' as const,
  tags: [HOSTILE],
  version: 1,
  edited_at: 1,
  shown: { ...render(HOSTILE, 'text'), shownPlain: 'deep' as const },
} satisfies Partial<ShownPost>;
const posts = [
  { ...post, id: 5, user_id: 1, picture_key: viewer.picture_key },
  { ...post, id: 4, user_id: 2, picture_key: null },
] as const;
const picture = { key: 'b'.repeat(32), width: 960, height: 640, alt: HOSTILE };
const entries = [
  { ...posts[0], teaser: HOSTILE, cut: true, words: 300, picture },
  ...[4, 3, 2, 1].map((id) => ({
    ...posts[1],
    id,
    teaser: '',
    cut: false,
    words: 0,
    picture: null,
  })),
];
const list = { posts: entries, total: 30, skip: 10, limit: 5, next: 'skip=15' };
const names = ['username', 'email', 'password', 'confirm_password', 'title', 'content', 'next'];
const refused: Form = {
  values: Object.fromEntries([...names, 'form_key'].map((name) => [name, HOSTILE])),
  errors: Object.fromEntries([...names, 'current_password'].map((name) => [name, HOSTILE])),
  summary: HOSTILE,
};
const draft = {
  id: 2,
  title: HOSTILE,
  post_id: 1,
  post_title: HOSTILE,
  post_state: 'published' as const,
  beginning: HOSTILE,
  updated_at: 0,
  publish_at: 0,
  publish_error: null,
  shared: 1,
};
const draftRow = {
  ...draft,
  user_id: 1,
  content: HOSTILE,
  format: 'text',
  tags: JSON.stringify([HOSTILE]),
  audience: 'blog',
  version: 1,
  base_revision: null,
  share_hash: null,
  form_key: null,
  created_at: 0,
} as const;
const owner = { ...viewer, email: HOSTILE, postCount: 2, onlyOwner: true };
const session = { id: HOSTILE, userAgent: HOSTILE, createdAt: 0, lastSeenAt: 0 };
const account = {
  owner,
  limits: { bytes: 1, pixels: 1, size: HOSTILE },
  sessions: [
    { ...session, current: true },
    { ...session, current: false },
  ],
  profile: refused,
  password: refused,
  pictureError: HOSTILE,
  pendingEmail: { email: HOSTILE, expires_at: 0 },
};

const shownPicture = (id: number) => ({
  id,
  key: 'k',
  width: 3,
  height: 2,
  alt: HOSTILE,
  caption: HOSTILE,
});
const composed = {
  ...refused,
  tray: {
    pictures: [shownPicture(1), shownPicture(2)],
    unused: [shownPicture(3)],
    limits: { bytes: 1, pixels: 1, size: HOSTILE },
    refused: [{ name: HOSTILE, why: HOSTILE }],
  },
};
const logo = { src: HOSTILE, width: 2, height: 1 };

const PAGES: Record<string, Html> = {
  home: homePage(page, { ...list, skip: 0 }, { pinned: entries.slice(2), seenFrom: 1 }),
  'home, later': homePage(page, list, { seenFrom: 4 }),
  'not pinned': notPinnedPage(page, posts[0], entries),
  'home, signed out': homePage(out, list),
  'home, empty': homePage(out, { ...list, posts: [], total: 0, skip: 0, next: undefined }),
  post: postPage(page, posts[0]),
  person: personPage(out, { ...viewer, created_at: 0, postCount: 2 }, list),
  'new post': composerPage(page, { action: '/posts/new', h1: 'New Post', back: '/' }, composed),
  'edit post': composerPage(
    page,
    {
      action: '/posts/1/edit',
      h1: 'Edit Post',
      back: '/posts/1',
      draft: { id: 2, postId: 1, savedAt: 0, publishAt: 0, publishError: HOSTILE },
    },
    { ...composed, tray: { ...composed.tray, question: { text: HOSTILE, button: 'publish' } } },
  ),
  drafts: draftsPage(page, [draft, { ...draft, title: '', publish_error: HOSTILE }]),
  'share draft': sharePage(page, draft, { shared: true, token: 'x' }),
  'shared draft': sharedDraftPage(out, {
    title: HOSTILE,
    username: HOSTILE,
    updatedAt: 0,
    text: post.shown,
  }),
  'delete draft': deleteDraftPage(page, draft),
  conflict: conflictPage(
    page,
    TextConflict.overDraft({ ...draftRow, title: HOSTILE, content: `${HOSTILE}\nsame` }),
    {
      action: '/drafts/2',
      mine: { title: HOSTILE, content: `other ${HOSTILE}\nsame`, format: 'text' },
      values: refused.values,
    },
  ),
  'preview of a post': composerPage(
    page,
    { action: '/posts/new', h1: 'New Post', back: '/' },
    { ...composed, preview: post.shown },
  ),
  help: helpPage(page, [{ title: HOSTILE, note: HOSTILE, source: HOSTILE, rendered: post.shown }]),
  search: emptySearchPage({ ...page, path: '/search' }),
  'search refused': refusedPage({ ...page, path: `/search?q=${HOSTILE}` }, HOSTILE),
  'search found': foundPage(page, {
    typed: HOSTILE,
    phrases: [{ terms: ['img'], prefix: false }],
    posts: [...posts],
    total: 1000,
    more: true,
    ranked: false,
    refused: true,
    later: true,
    next: 'a.b',
  }),
  'search found, best first': foundPage(page, {
    typed: HOSTILE,
    phrases: [{ terms: ['img'], prefix: false }],
    posts: [...posts],
    total: 40,
    more: false,
    ranked: true,
    refused: false,
    later: true,
    next: 'a.b',
  }),
  'delete post': deletePostPage(page, posts[0]),
  login: loginPage(out, refused),
  register: registerPage(out, refused),
  'registration closed': registrationClosedPage({ ...out, registrationOpen: false }, true),
  'forgot password': forgotPasswordPage(out, refused),
  'reset password': resetPasswordPage(out, HOSTILE, refused),
  account: accountPage(page, account),
  'remove picture': removePicturePage(page),
  join: joinPage(out, { token: HOSTILE, role: 'member' }, refused),
  waiting: waitingPage(page, HOSTILE, true),
  'waiting, members only': waitingPage(page, null, false),
  people: peoplePage(page, { people: [person], next: 3, find: HOSTILE }),
  'people who wait': waitingPeoplePage(page, [person]),
  'a person': personAdminPage({ ...page, viewer: { ...viewer, role: 'owner' } }, person, {
    refused: { form: 'other', state: refused },
    link: HOSTILE,
  }),
  'a person to suspend': personAdminPage(
    { ...page, viewer: { ...viewer, role: 'owner' } },
    { ...person, state: 'active' },
    { refused: { form: 'suspend', state: refused } },
  ),
  'delete a person': deletePersonPage(page, person, {
    has: { posts: 1, comments: 2, drafts: 0, pictures: 3 },
    refused: { form: 'hand-over', state: refused },
  }),
  invitations: invitationsPage(page, [{ ...invited, guests: [viewer] }], {
    state: refused,
    link: HOSTILE,
    closed: true,
  }),
  log: logPage(page, { entries: [entry], next: 2 }),
  settings: settingsPage({ ...page, logo }, refused, { fixed: {}, size: '5MB' }),
  'settings of the host': settingsPage(page, refused, {
    fixed: { siteName: HOSTILE, registration: 'open' },
    size: '5MB',
    logoError: HOSTILE,
  }),
  'a new blog': homePage(
    out,
    { ...list, posts: [], total: 0 },
    { slots: { inPlaceOfEmpty: unclaimedView(out) } },
  ),
  'the first steps': homePage(page, list, {
    slots: { top: stepsView(page, { written: true, invited: false, chosen: false }) },
  }),
  'remove the logo': removeLogoPage({ ...page, hasAbout: true, accent: 'sea' }),
  'who writes': writersPage(
    { ...page, path: '/people' },
    { people: [{ ...viewer, created_at: 0, posts: 2 }], next: 2 },
  ),
  owner: ownerPage(out, HOSTILE, refused),
  'become the owner': ownerPage(page, HOSTILE, refused),
  'register as the owner': ownerRegisterPage(out, HOSTILE, refused),
  'delete account': deleteAccountPage(page, owner, refused),
  'confirm email': confirmEmailPage(
    out,
    { username: HOSTILE, email: HOSTILE, token: HOSTILE },
    refused,
  ),
  'dead link': deadLinkPage(out, HOSTILE),
  error: errorPage(page, 404, HOSTILE),
};

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
