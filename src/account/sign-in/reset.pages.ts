import { viewerOf } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import { addDoneMessages } from '../../http/pages/done-messages.ts';
import { handleForm, readForm, safePath } from '../../http/pages/form.ts';
import { sendPage } from '../../http/pages/send-page.ts';
import type { Pages } from '../../http/pages/route-options.ts';
import type { App } from '../../http/app-type.ts';
import {
  isResetTokenAlive,
  readResetNotice,
  requestResetMail,
  resetPassword,
} from '../../users/reset.service.ts';
import { ForgotPassword, ResetPassword } from '../../users/user.ts';
import { EMPTY } from '../../views/form.ts';
import { checkNewPassword } from '../new-password.ts';
import { deadLinkPage, forgotPasswordPage, resetPasswordPage } from './reset.views.ts';

/** Requesting a link by mail, and setting a new password with it. */
export function registerResetPages(app: App, ctx: Context, pages: Pages): void {
  addDoneMessages(
    app,
    {
      'reset-sent': ctx.mail.mailer.enabled
        ? 'If an account exists with this email, you will receive password reset instructions.'
        : 'If an account exists with this email, its reset link now waits for you with the host: this site sends no e-mail.',
      reset: 'Password reset successfully. You can now log in with your new password.',
    },
    { open: true },
  );
  const { pageContext, open, openForm, form } = pages;

  app.post('/account/reset-note', form, (request, reply) =>
    handleForm(request, reply, {
      show: (): never => {
        throw new Error('a form without fields was refused');
      },
      run: async () => {
        await readResetNotice(ctx, viewerOf(request).id);
        const { next } = (request.body ?? {}) as Record<string, string>;
        return { location: safePath(app, next) };
      },
    }),
  );

  app.get('/forgot-password', open, async (request, reply) =>
    sendPage(request, reply, forgotPasswordPage(pageContext(request, 'Forgot Password'), EMPTY)),
  );

  app.post('/forgot-password', openForm, (request, reply) =>
    handleForm(request, reply, {
      show: (state) => forgotPasswordPage(pageContext(request, 'Forgot Password'), state),
      run: async () => {
        const { email } = readForm(request, ForgotPassword);
        await requestResetMail(ctx, email, request.ip);
        return { location: '/forgot-password', done: 'reset-sent' };
      },
    }),
  );

  app.get('/reset-password', open, async (request, reply) => {
    const given = (request.query as { token?: string | string[] }).token;
    const token = typeof given === 'string' ? given : '';
    // The address holds the token: it must not reach other pages or caches.
    reply.headers({ 'referrer-policy': 'no-referrer', 'cache-control': 'private, no-store' });
    const page = pageContext(request, 'Reset Password');
    // A dead link is reported before a password is typed. Without a token, somebody only opened the
    // form.
    const dead = token !== '' && !(await isResetTokenAlive(ctx, token));
    return sendPage(
      request,
      reply,
      dead ? deadLinkPage(page) : resetPasswordPage(page, token, EMPTY),
    );
  });

  // No check of the origin: the token is proof enough, and with `no-referrer` browsers send no
  // origin.
  app.post('/reset-password', { ...openForm, onRequest: open.onRequest }, (request, reply) =>
    handleForm(request, reply, {
      show: (state) => {
        reply.header('referrer-policy', 'no-referrer');
        const token = state.values['token'] ?? '';
        // The token's field is hidden, so its error is shown above the form.
        const summary = state.errors['token'] && { summary: 'Invalid or expired reset token' };
        return resetPasswordPage(pageContext(request, 'Reset Password'), token, {
          ...state,
          ...summary,
        });
      },
      run: async () => {
        const { token, new_password } = readForm(request, ResetPassword);
        await checkNewPassword(request, 'new_password', [ctx.config.SITE_NAME]);
        await resetPassword(ctx, token, new_password);
        return { location: '/login', done: 'reset' };
      },
    }),
  );
}
