import type { Context } from '../context.ts';
import { answerForm, readForm, refuseUnlike } from '../http/form-post.ts';
import { sendPage } from '../http/send-page.ts';
import type { Pages } from '../http/page-routes.ts';
import type { App } from '../http/type-provider.ts';
import { requestResetMail, resetPassword } from '../users/reset.ts';
import { ForgotPassword, ResetPassword } from '../users/user.ts';
import { EMPTY } from '../views/form.ts';
import { refuseGuessable } from './guessable-password.ts';
import { forgotPasswordPage, resetPasswordPage } from './reset.views.ts';

/** Asking for a link by mail, and setting a new password by it. */
export function registerResetPages(app: App, ctx: Context, pages: Pages): void {
  const { frame, open, openForm } = pages;

  app.get('/forgot-password', open, async (request, reply) =>
    sendPage(request, reply, forgotPasswordPage(frame(request, 'Forgot Password'), EMPTY)),
  );

  app.post('/forgot-password', openForm, (request, reply) =>
    answerForm(request, reply, {
      show: (state) => forgotPasswordPage(frame(request, 'Forgot Password'), state),
      run: async () => {
        const { email } = readForm(request, ForgotPassword);
        await requestResetMail(ctx, email, request.ip);
        return { location: '/forgot-password', done: 'reset-sent' };
      },
    }),
  );

  app.get('/reset-password', open, async (request, reply) => {
    const { token = '' } = request.query as { token?: string };
    // The address holds the token: it goes to no other page, and into no cache.
    reply.headers({ 'referrer-policy': 'no-referrer', 'cache-control': 'private, no-store' });
    const page = resetPasswordPage(frame(request, 'Reset Password'), token, EMPTY);
    return sendPage(request, reply, page);
  });

  // No check of the origin: the token says all, and with `no-referrer` browsers do not tell it.
  app.post('/reset-password', { ...openForm, onRequest: open.onRequest }, (request, reply) =>
    answerForm(request, reply, {
      show: (state) => {
        reply.header('referrer-policy', 'no-referrer');
        const token = state.values['token'] ?? '';
        // Its field is hidden, so what is wrong with it is said above the form.
        const summary = state.errors['token'] && { summary: 'Invalid or expired reset token' };
        return resetPasswordPage(frame(request, 'Reset Password'), token, { ...state, ...summary });
      },
      run: async () => {
        const { token, new_password } = readForm(request, ResetPassword);
        refuseUnlike(request, 'new_password');
        await refuseGuessable(request, 'new_password', [ctx.config.SITE_NAME]);
        await resetPassword(ctx, token, new_password);
        return { location: '/login', done: 'reset' };
      },
    }),
  );
}
