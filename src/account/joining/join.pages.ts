import type { FastifyRequest } from 'fastify';
import type { Context } from '../../context.ts';
import { HttpError } from '../../errors.ts';
import type { App } from '../../http/app-type.ts';
import { handleForm } from '../../http/pages/form.ts';
import type { Pages } from '../../http/pages/route-options.ts';
import { sendPage } from '../../http/pages/send-page.ts';
import { findInvitation } from '../../invitations/invitations.service.ts';
import { register } from '../../users/registration.service.ts';
import { EMPTY, type Form } from '../../views/form.ts';
import { newPrefill } from '../sign-in/login-prefill.ts';
import { deadInvitationPage, joinPage, joinedPage } from './join.views.ts';
import { readRegistration } from './registration-form.ts';

/** The link of an invitation. Only posting its form uses it. */
export function registerJoinPages(app: App, ctx: Context, pages: Pages): void {
  const { pageContext, open } = pages;
  const tokenOf = (request: FastifyRequest) => (request.params as { token: string }).token;
  const show = async (request: FastifyRequest, state: Form) => {
    const page = pageContext(request, 'Join');
    const { role } = await findInvitation(ctx, tokenOf(request));
    return joinPage(page, { token: tokenOf(request), role }, state);
  };

  app.get('/join/:token', open, async (request, reply) => {
    const page = pageContext(request, 'Join');
    if (request.viewer) return sendPage(request, reply, joinedPage(page, request.viewer.username));
    const shown = await show(request, EMPTY).catch((error: unknown) => deadInvitation(error));
    if (shown === undefined) return sendPage(request, reply.code(404), deadInvitationPage(page));
    return sendPage(request, reply, shown);
  });

  // No check of the origin: the token is proof enough, and with `no-referrer` browsers send no
  // origin.
  app.post('/join/:token', { ...open, config: { body: 'form' } }, (request, reply) =>
    handleForm(request, reply, {
      show: async (state) => {
        const shown = await show(request, state).catch((error: unknown) => deadInvitation(error));
        return shown ?? deadInvitationPage(pageContext(request, 'Join'));
      },
      run: async () => {
        await findInvitation(ctx, tokenOf(request));
        const given = await readRegistration(request, ctx.config);
        const invitation = tokenOf(request);
        const user = await register(ctx, { ...given, invitation }, request.ip);
        return { location: `/login?account=${newPrefill(ctx, user.id)}`, done: 'registered' };
      },
    }),
  );
}

/** Undefined for an invitation that does not work. Throws any other error. */
function deadInvitation(error: unknown): undefined {
  if (!(error instanceof HttpError) || error.status !== 403) throw error;
}
