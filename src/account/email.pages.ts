import type { FastifyReply, FastifyRequest } from 'fastify';
import { viewerOf } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import { HttpError } from '../errors.ts';
import type { App } from '../http/app-type.ts';
import { addDoneMessages } from '../http/pages/done-messages.ts';
import { handleForm } from '../http/pages/form.ts';
import { sendPage } from '../http/pages/send-page.ts';
import type { Pages } from '../http/pages/route-options.ts';
import {
  cancelEmailChange,
  confirmEmailChange,
  findEmailChange,
} from '../users/email-change.service.ts';
import { EMPTY, type Form } from '../views/form.ts';
import { confirmEmailPage, deadLinkPage } from './email.views.ts';

/** Confirming a new address with the link that was mailed to it, and calling that off. */
export function registerEmailPages(app: App, ctx: Context, pages: Pages): void {
  addDoneMessages(app, { 'email-kept': 'Your email stays as it is.' });
  const changed = 'Email confirmed. From now on, log in with the new one.';
  addDoneMessages(app, { 'email-changed': changed }, { open: true });
  const { pageContext, open, openForm, form } = pages;

  const show = async (request: FastifyRequest, reply: FastifyReply, token: string, state: Form) => {
    // The address holds the token: it must not reach other pages or caches.
    reply.headers({ 'referrer-policy': 'no-referrer', 'cache-control': 'private, no-store' });
    const page = pageContext(request, 'Confirm Email');
    try {
      const { user, email } = await findEmailChange(ctx, token);
      return confirmEmailPage(page, { username: user.username, email, token }, state);
    } catch (error) {
      if (!(error instanceof HttpError) || error.status >= 500) throw error;
      reply.code(error.status);
      return deadLinkPage(page, error.message);
    }
  };

  app.get('/confirm-email', open, async (request, reply) => {
    const { token: given } = request.query as { token?: unknown };
    // If the query has it twice, it is a list.
    const token = typeof given === 'string' ? given : '';
    return sendPage(request, reply, await show(request, reply, token, EMPTY));
  });

  const tokenOf = (request: FastifyRequest) =>
    (request.body as { token?: string } | undefined)?.token ?? '';

  // No check of the origin: the token is proof enough, and with `no-referrer` browsers send no
  // origin.
  app.post('/confirm-email', { ...openForm, onRequest: open.onRequest }, (request, reply) =>
    handleForm(request, reply, {
      show: (state) => {
        // This page has no visible field, so the error is shown above the form.
        const summary = state.summary ?? Object.values(state.errors)[0];
        return show(request, reply, tokenOf(request), { ...EMPTY, ...(summary && { summary }) });
      },
      run: async () => {
        await confirmEmailChange(ctx, tokenOf(request));
        return { location: request.viewer ? '/account' : '/login', done: 'email-changed' };
      },
    }),
  );

  app.post('/account/email/cancel', form, (request, reply) =>
    handleForm(request, reply, {
      show: (): never => {
        throw new Error('a form without fields was refused');
      },
      run: async () => {
        await cancelEmailChange(ctx, viewerOf(request).id);
        return { location: '/account', done: 'email-kept' };
      },
    }),
  );
}
