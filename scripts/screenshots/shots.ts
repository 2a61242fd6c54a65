import {
  chooseFile,
  failPreview,
  failUpload,
  fill,
  follow,
  followSlowly,
  frame,
  offline,
  openDialog,
  openPicture,
  press,
  preview,
  sendSignedOut,
  showMore,
  thenChoose,
  uploadSlowly,
  writeAndReturn,
  writeMarkdown,
  type Act,
} from './acts.ts';
import { photo } from '../../test/support/pictures.ts';
import { drawFace } from '../seed/faces.ts';
import type { SiteName, Sites, Visitor } from './sites.ts';

/** One page in one state. */
export interface Shot {
  name: string;
  path: string;
  site?: SiteName;
  as?: Visitor;
  /** Whether the browser runs scripts; true by default. */
  scripts?: boolean;
  /** Brings the page into its state. */
  act?: Act;
  /** Only what is on the screen, for what is in its middle or has the focus. */
  screen?: boolean;
}

const LONG = 'Up to the tunnel and back';
const OWN = 'Open day: thank you';
const RIGHT_TO_LEFT = 'دعوة إلى الشاي';
const LONG_WORDS = 'A word for it';
const MORE = 'Load More Posts';
const SOME = { title: 'From the train', content: 'Written where the line comes and goes.' };

/** Every page in every state worth a look, in the order of the contact sheet. */
export function shotsOf(sites: Sites): Shot[] {
  return [
    ...reading(sites),
    ...strange(sites),
    ...signingIn(),
    ...writing(sites),
    ...account(sites),
    ...errors(sites),
  ];
}

function reading({ postPath, personPath, newcomerId }: Sites): Shot[] {
  const lastPage = '/?skip=30&limit=10';
  const lastButOne = '/?skip=28&limit=3';
  return [
    { name: 'home', path: '/' },
    { name: 'home-signed-in', path: '/?done=login', as: 'author' },
    { name: 'home-signed-in-long-name', path: '/', as: 'newcomer' },
    { name: 'home-page-2', path: '/?skip=10&limit=10' },
    { name: 'home-last-page', path: lastPage },
    { name: 'home-empty', path: '/', site: 'empty' },
    { name: 'home-empty-closed', path: '/', site: 'closed' },
    { name: 'home-first-post', path: '/', site: 'first' },
    { name: 'home-loading-more', path: lastButOne, act: followSlowly(MORE, 'Loading...') },
    { name: 'home-more-failed', path: lastButOne, act: offline(follow(MORE, 'Error - Click')) },
    { name: 'home-skip-link', path: '/', act: press('Tab'), screen: true },
    { name: 'home-focus', path: '/', act: press('Tab', 6), screen: true },
    { name: 'post', path: postPath(LONG) },
    { name: 'post-own', path: postPath(OWN), as: 'author' },
    { name: 'post-right-to-left', path: postPath(RIGHT_TO_LEFT) },
    { name: 'post-long-words', path: postPath(LONG_WORDS) },
    { name: 'post-picture-wide', path: postPath('Mist on the long straight') },
    { name: 'post-picture-tall', path: postPath('First frost') },
    { name: 'post-pictures-beside', path: postPath('Race report: we were not last') },
    { name: 'post-picture-transparent', path: postPath('A lamp, from about 1954') },
    {
      name: 'post-picture-opened',
      path: postPath('Race report: we were not last'),
      act: openPicture,
      screen: true,
    },
    { name: 'search', path: '/search' },
    { name: 'search-many', path: '/search?q=the' },
    { name: 'search-one', path: '/search?q=walden' },
    { name: 'search-none', path: '/search?q=zeppelin' },
    { name: 'search-refused', path: '/search?q=-zeppelin', as: 'author' },
    { name: 'person', path: personPath('Ingrid Solheim') },
    { name: 'person-long-name', path: personPath('Wilhelmina van Houten-Achterberg') },
    { name: 'people', path: '/people' },
    { name: 'person-without-posts', path: `/users/${newcomerId}/posts` },
  ];
}

function strange({ strange: { long, word, people } }: Sites): Shot[] {
  const site = 'strange';
  return [
    { name: 'strange-home', path: '/', site },
    { name: 'strange-100-kilobytes', path: long, site, screen: true },
    { name: 'strange-word', path: word, site },
    ...(['emoji', 'right-to-left', 'fifty-letters'].map((name, index) => ({
      name: `strange-person-${name}`,
      path: people[index] ?? '',
      site,
      screen: true,
    })) satisfies Shot[]),
  ];
}

function signingIn(): Shot[] {
  const wrongLogin = fill({ username: 'marta@example.com', password: 'ink on paper' }, 'Login');
  const account = { username: 'jun', email: 'jun@nowhere', password: 'short' };
  const wrongAccount = fill(account, 'Register');
  // Only without scripts is a password typed twice.
  const wrongTwice = fill({ ...account, confirm_password: 'shorter' }, 'Register');
  return [
    { name: 'login', path: '/login' },
    { name: 'login-registered', path: '/login?done=registered' },
    { name: 'login-error', path: '/login', act: wrongLogin },
    { name: 'login-cookie-refused', path: '/?done=login', site: 'empty' },
    {
      name: 'login-cookie-refused-own-page',
      path: '/login?next=/account&done=login',
      site: 'empty',
    },
    { name: 'register', path: '/register' },
    { name: 'register-errors', path: '/register', act: wrongAccount },
    { name: 'register-errors-no-scripts', path: '/register', act: wrongTwice, scripts: false },
    { name: 'register-closed', path: '/register', site: 'closed' },
    { name: 'forgot', path: '/forgot-password', site: 'closed' },
    { name: 'forgot-mail-off', path: '/forgot-password' },
    { name: 'forgot-sent', path: '/forgot-password?done=reset-sent', site: 'closed' },
    { name: 'reset', path: '/reset-password' },
    { name: 'reset-dead', path: '/reset-password?token=a-token' },
    {
      name: 'reset-error',
      path: '/reset-password',
      act: fill({ new_password: 'pen and paper' }, 'Reset Password'),
    },
  ];
}

function writing({ postPath, revised }: Sites): Shot[] {
  const own = postPath(OWN);
  const tooMuch = fill({ title: 'A title that never ends '.repeat(5), content: '' }, 'Publish');
  const as = 'author';
  return [
    { name: 'post-new', path: '/posts/new', as },
    { name: 'post-new-errors', path: '/posts/new', as, act: tooMuch },
    { name: 'post-new-offline', path: '/posts/new', as, act: offline(fill(SOME, 'Publish')) },
    { name: 'post-new-draft', path: '/posts/new', as, act: writeAndReturn(SOME) },
    {
      name: 'post-session-ended',
      path: `${own}/edit`,
      as,
      act: sendSignedOut(SOME, 'Publish'),
    },
    { name: 'post-edit', path: `${own}/edit`, as },
    { name: 'post-preview', path: `${own}/edit`, as, act: preview },
    { name: 'post-preview-no-scripts', path: `${own}/edit`, as, act: preview, scripts: false },
    { name: 'post-preview-failed', path: `${own}/edit`, as, act: failPreview },
    { name: 'drafts', path: '/drafts', as },
    { name: 'post-markdown', path: '/posts/new', as, act: writeMarkdown },
    { name: 'help-writing', path: '/help/writing' },
    { name: 'follow', path: '/follow' },
    { name: 'notices', path: '/notices', as },
    { name: 'account-feeds', path: '/account/feeds', as },
    { name: 'post-delete-dialog', path: own, as, act: openDialog('Delete Post'), screen: true },
    { name: 'post-delete-page', path: `${own}/delete`, as },
    { name: 'post-unpublish-dialog', path: own, as, act: openDialog('Unpublish'), screen: true },
    { name: 'post-unpublish-page', path: `${own}/unpublish`, as },
    { name: 'post-revised', path: revised.post, as },
    { name: 'history', path: `${revised.post}/history`, as },
    { name: 'history-change', path: revised.change, as },
    { name: 'history-earlier', path: revised.earlier, as },
  ];
}

function account({ confirmPath }: Sites): Shot[] {
  const [path, as] = ['/account', 'author' as const];
  const mover = { site: 'closed', as: 'mover' } as const;
  const chosen = chooseFile('hat.png', () => drawFace('hat'));
  const framed = frame(() => drawFace('hat'));
  const large = frame(() => photo({ width: 1200, height: 900, noise: 40 }));
  const notes = async () => Buffer.from('not a picture');
  const refused = chooseFile('holiday notes.pdf', notes);
  const refusedLater = thenChoose(framed, 'holiday notes.pdf', notes);
  return [
    { name: 'account', path, as },
    { name: 'account-no-picture', path, as: 'newcomer' },
    { name: 'account-no-scripts', path, as, scripts: false },
    { name: 'account-error', path, as, act: fill({ username: 'jun' }, 'Update Profile') },
    {
      name: 'account-email-password',
      path,
      as,
      act: fill({ email: 'marta.nowak@example.org' }, 'Update Profile'),
    },
    { name: 'account-email-pending', path: `${path}?done=email-sent`, ...mover },
    { name: 'confirm-email', path: confirmPath, site: 'closed' },
    { name: 'confirm-email-expired', path: '/confirm-email?token=old', site: 'closed' },
    { name: 'picture-dialog-chosen', path, as, act: chosen, screen: true },
    { name: 'picture-dialog-framed', path, as, act: framed, screen: true },
    { name: 'picture-dialog-more', path, as, act: showMore(framed), screen: true },
    { name: 'picture-dialog-kept', path, as, act: refusedLater, screen: true },
    { name: 'picture-dialog-uploading', path, as, act: uploadSlowly(large), screen: true },
    { name: 'picture-dialog-failed', path, as, act: failUpload(framed), screen: true },
    { name: 'picture-dialog-refused', path, as, act: refused, screen: true },
    { name: 'picture-remove-dialog', path, as, act: openDialog('Remove'), screen: true },
    { name: 'picture-remove-page', path: '/account/picture/delete', as },
    { name: 'account-delete-dialog', path, as, act: openDialog('Delete Account'), screen: true },
    { name: 'account-delete-page', path: '/account/delete', as },
    {
      name: 'account-delete-error',
      path: '/account/delete',
      as,
      act: fill({ current_password: 'ink on paper' }, 'Delete Account'),
    },
  ];
}

function errors({ postPath }: Sites): Shot[] {
  return [
    { name: 'error-404', path: '/posts/999999' },
    { name: 'error-422', path: '/posts/abc' },
    { name: 'error-403', path: `${postPath(OWN)}/edit`, as: 'newcomer' },
  ];
}
