import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { viewerOf } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import type { App } from '../http/app-type.ts';
import { addDoneMessages } from '../http/pages/done-messages.ts';
import { fieldError, fieldErrors, handleForm } from '../http/pages/form.ts';
import type { Pages } from '../http/pages/route-options.ts';
import { sendPage } from '../http/pages/send-page.ts';
import {
  DAYS_MAX,
  invite,
  listInvitations,
  NOTE_MAX,
  revokeInvitation,
  type Terms,
  USES_MAX,
} from '../invitations/invitations.service.ts';
import { validateObject } from '../http/validation/validate.ts';
import { UserCreate } from '../users/user.ts';
import { readSite } from '../settings/site.ts';
import { EMPTY, type Form } from '../views/form.ts';
import { adminOptions } from './admin-options.ts';
import { invitationsPage } from './invitations.views.ts';
import { isStorable, UNSTORABLE } from '../unicode/storable.ts';

const MailTo = Type.Object({ 'mail-to': UserCreate.properties.email });
const InvitationPath = Type.Object({ invitation_id: Type.Integer() });

/** Invitations, for those who run the blog. */
export function registerInvitationsPages(app: App, ctx: Context, pages: Pages): void {
  addDoneMessages(app, { 'invitation-ended': 'The invitation has ended.' });
  const { get, post } = adminOptions(pages);
  /** The address to mail it to, in lower case; undefined for none. Throws ValidationError. */
  const readAddress = (request: FastifyRequest): string | undefined => {
    const given = ((request.body ?? {}) as Record<string, string>)['mail-to']?.trim() ?? '';
    if (given === '') return undefined;
    if (!ctx.mail.mailer.enabled) throw fieldError('mail-to', 'This blog sends no mails.');
    return validateObject(MailTo, { 'mail-to': given })['mail-to'].toLowerCase();
  };
  const show = async (request: FastifyRequest, more: { state: Form; link?: string }) => {
    const closed = (await readSite(ctx)).registration === 'closed';
    const page = pages.pageContext(request, 'Invitations');
    return invitationsPage(page, await listInvitations(ctx), { ...more, closed });
  };

  app.get('/admin/invitations', get, async (request, reply) =>
    sendPage(request, reply, await show(request, { state: EMPTY })),
  );

  app.post('/admin/invitations', post, (request, reply) =>
    handleForm(request, reply, {
      show: (state) => show(request, { state }),
      run: async () => {
        const terms = { ...readTerms(request), mailTo: readAddress(request) };
        const link = await invite(ctx, viewerOf(request), terms);
        return { page: await show(request, { state: EMPTY, link }) };
      },
    }),
  );

  app.post(
    '/admin/invitations/:invitation_id/revoke',
    { ...post, schema: { hide: true, params: InvitationPath } },
    async (request, reply) => {
      const { invitation_id: id } = request.params;
      await revokeInvitation(ctx, viewerOf(request), id);
      return handleForm(request, reply, {
        show: () => show(request, { state: EMPTY }),
        run: async () => ({ location: '/admin/invitations', done: 'invitation-ended' }),
      });
    },
  );
}

/** Throws ValidationError. */
function readTerms(request: FastifyRequest): Terms {
  const { role, uses = '', days = '', note = '' } = (request.body ?? {}) as Record<string, string>;
  const between = (text: string, most: number) =>
    /^\d{1,3}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= most;
  const errors = {
    ...(!between(uses, USES_MAX) && { uses: `Must be a number from 1 to ${USES_MAX}.` }),
    ...(!between(days, DAYS_MAX) && { days: `Must be a number from 1 to ${DAYS_MAX}.` }),
    ...(Array.from(note).length > NOTE_MAX && { note: `Must be at most ${NOTE_MAX} characters.` }),
    ...(!isStorable(note) && { note: UNSTORABLE }),
  };
  if (Object.keys(errors).length > 0) throw fieldErrors(errors);
  return {
    role: role === 'reader' ? 'reader' : 'member',
    uses: Number(uses),
    days: Number(days),
    note: note.trim(),
  };
}
