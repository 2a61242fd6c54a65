import { accountPage, deleteAccountPage } from '../../src/account/account.views.ts';
import { confirmEmailPage, deadLinkPage } from '../../src/account/email.views.ts';
import { joinPage } from '../../src/account/joining/join.views.ts';
import { waitingPage } from '../../src/account/joining/waiting.views.ts';
import { invitationsPage } from '../../src/admin/invitations.views.ts';
import { logPage } from '../../src/admin/log.views.ts';
import {
  deletePersonPage,
  peoplePage,
  personAdminPage,
  waitingPeoplePage,
} from '../../src/admin/people.views.ts';
import { writersPage } from '../../src/profiles/profiles.views.ts';
import { stepsView, unclaimedView } from '../../src/admin/first-steps.views.ts';
import { removeLogoPage, settingsPage } from '../../src/admin/settings.views.ts';
import { ownerPage, ownerRegisterPage } from '../../src/account/joining/owner.views.ts';
import { removePicturePage } from '../../src/account/picture.views.ts';
import { forgotPasswordPage, resetPasswordPage } from '../../src/account/sign-in/reset.views.ts';
import {
  loginPage,
  registerPage,
  registrationClosedPage,
} from '../../src/account/sign-in/sign-in.views.ts';
import { composerPage } from '../../src/drafts/composer.views.ts';
import { helpPage } from '../../src/help/help.views.ts';
import { conflictPage } from '../../src/drafts/form/conflict.views.ts';
import { deleteDraftPage, draftsPage } from '../../src/drafts/drafts.views.ts';
import { TextConflict } from '../../src/drafts/form/text-conflict.ts';
import { sharedDraftPage, sharePage } from '../../src/drafts/share/share.views.ts';
import { emptySearchPage, foundPage, refusedPage } from '../../src/search/search.views.ts';
import { deletePostPage } from '../../src/posts/delete-post.views.ts';
import { homePage } from '../../src/posts/front/home.views.ts';
import { notPinnedPage } from '../../src/posts/front/pins.views.ts';
import { personPage } from '../../src/posts/lists.views.ts';
import { postPage } from '../../src/posts/post-page.views.ts';
import { errorPage } from '../../src/views/error-page.ts';
import type { Html } from '../../src/views/html.ts';
import {
  HOSTILE,
  viewer,
  page,
  person,
  invited,
  entry,
  out,
  post,
  posts,
  entries,
  list,
  refused,
  draft,
  draftRow,
  owner,
  account,
  composed,
  logo,
} from './samples.ts';

export const PAGES: Record<string, Html> = {
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
    atLeast: false,
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
    atLeast: false,
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
  waiting: waitingPage(page, { email: HOSTILE, declined: HOSTILE }),
  'waiting, members only': waitingPage(
    { ...page, closed: true, mailEnabled: true },
    { email: HOSTILE, declined: null },
  ),
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
