import {
  chooseFile,
  failUpload,
  fill,
  frame,
  openDialog,
  showMore,
  thenChoose,
  uploadSlowly,
} from './acts.ts';
import { photo } from '../../test/support/pictures.ts';
import { drawFace } from '../seed/faces.ts';
import type { Shot } from './shot.ts';
import type { Sites } from './sites.ts';

/** The ways to an account. */
export function signingIn({ resetPath }: Sites): Shot[] {
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
    { name: 'reset-alive', path: resetPath, site: 'closed' },
    { name: 'reset-dead', path: '/reset-password?token=a-token' },
    {
      name: 'reset-error',
      path: '/reset-password',
      act: fill({ new_password: 'pen and paper' }, 'Reset Password'),
    },
  ];
}

/** Everything of one’s own account. */
export function account({ confirmPath }: Sites): Shot[] {
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
