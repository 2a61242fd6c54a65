import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { viewerOf } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import { micros } from '../db/time.ts';
import { HttpError } from '../errors.ts';
import type { App } from '../http/app-type.ts';
import { addDoneMessages } from '../http/pages/done-messages.ts';
import {
  type Accepted,
  type Answered,
  fieldError,
  handleForm,
  readForm,
} from '../http/pages/form.ts';
import type { Pages } from '../http/pages/route-options.ts';
import { sendPage } from '../http/pages/send-page.ts';
import { logDeed } from '../moderation/log.service.ts';
import { hidePostsOf, restorePostsOf } from '../posts/moderate/moderating.service.ts';
import { decide } from '../users/approval.service.ts';
import { changeRole, readRole } from '../users/roles.service.ts';
import { endSuspension, REASON_MAX, suspend } from '../users/suspension.service.ts';
import { UserPath } from '../users/user.ts';
import type { Form } from '../views/form.ts';
import { adminOptions } from './admin-options.ts';
import {
  deletePersonPage,
  peoplePage,
  personAdminPage,
  type Refused,
  SUSPENSIONS,
  waitingPeoplePage,
} from './people.views.ts';
import * as service from './people.service.ts';

const Reason = Type.Object({ reason: Type.String({ minLength: 1, maxLength: REASON_MAX }) });
const Heir = Type.Object({ to: Type.String({ minLength: 1 }) });
const DAY = 24 * 60 * 60 * 1_000_000;

/** People, for those who run the blog. */
export function registerPeoplePages(app: App, ctx: Context, pages: Pages): void {
  addDoneMessages(app, {
    'role-changed': 'The role was changed.',
    suspended: 'The account is suspended.',
    unsuspended: 'The suspension has ended.',
    approved: 'The account was approved.',
    declined: 'The account was not approved.',
    removed: 'The account was deleted, with everything of this person.',
    'handed-over': 'The posts were handed over, and the account was deleted.',
  });
  const { pageContext } = pages;
  const { get, post } = adminOptions(pages);
  const byId = { ...get, schema: { hide: true, params: UserPath } } as const;
  const postById = { ...post, schema: { hide: true, params: UserPath } } as const;
  const idOf = (request: FastifyRequest) => (request.params as { user_id: number }).user_id;

  app.get('/admin/people', get, async (request, reply) => {
    const { find, before } = request.query as Record<string, unknown>;
    const query = {
      find: typeof find === 'string' ? find : '',
      before: typeof before === 'string' && /^\d{1,15}$/.test(before) ? Number(before) : undefined,
    };
    const list = await service.listPeople(ctx, query);
    const page = pageContext(request, 'People');
    return sendPage(request, reply, peoplePage(page, { ...list, find: query.find }));
  });

  app.get('/admin/waiting', get, async (request, reply) => {
    const people = await service.listWaiting(ctx);
    return sendPage(request, reply, waitingPeoplePage(pageContext(request, 'Waiting'), people));
  });

  const show = async (request: FastifyRequest, more: { refused?: Refused; link?: string } = {}) => {
    const person = await service.getPerson(ctx, idOf(request));
    return personAdminPage(pageContext(request, person.username), person, more);
  };
  app.get('/admin/people/:user_id', byId, async (request, reply) =>
    sendPage(request, reply, await show(request)),
  );

  /** A form of a person's page; it comes back on that page if it is refused. */
  const act = (
    name: Refused['form'],
    run: (request: FastifyRequest, id: number) => Promise<Accepted | Answered>,
  ) => {
    return async (request: FastifyRequest, reply: FastifyReply) => {
      await service.getPerson(ctx, idOf(request));
      return handleForm(request, reply, {
        show: (state) => show(request, { refused: { form: name, state } }),
        run: () => run(request, idOf(request)),
      });
    };
  };
  const done = (id: number, code: string): Accepted => ({
    location: `/admin/people/${id}`,
    done: code,
  });

  app.post(
    '/admin/people/:user_id/role',
    postById,
    act('role', async (request, id) => {
      const role = readRole(String((request.body as { role?: string } | undefined)?.role));
      if (role === undefined) throw new HttpError(422, 'Choose one of the roles.');
      const actor = viewerOf(request);
      await changeRole(ctx, { actor, id, role }, (trx, before) =>
        logDeed(trx, ctx.clock, {
          actorId: actor.id,
          action: 'role changed',
          userId: id,
          reason: `${before.role} → ${role}`,
        }),
      );
      // Somebody who has given up their own role may no longer see the page.
      return actor.id === id ? { location: '/', done: 'role-changed' } : done(id, 'role-changed');
    }),
  );

  app.post(
    '/admin/people/:user_id/suspend',
    postById,
    act('suspend', async (request, id) => {
      const { days = '' } = request.body as { days?: string };
      if (!Object.hasOwn(SUSPENSIONS, days)) throw fieldError('days', 'Please choose one.');
      const { reason } = readForm(request, Reason);
      const until = days === '' ? null : micros(ctx.clock) + Number(days) * DAY;
      const hide = (request.body as Record<string, unknown>)['hide-posts'] !== undefined;
      await suspend(ctx, { actor: viewerOf(request), id, until, reason }, async (trx) => {
        if (hide) await hidePostsOf(trx, id, 'The account is suspended.');
      });
      return done(id, 'suspended');
    }),
  );

  app.post(
    '/admin/people/:user_id/restore',
    postById,
    act('other', async (request, id) => {
      await endSuspension(ctx, viewerOf(request), id, restorePostsOf);
      return done(id, 'unsuspended');
    }),
  );

  app.post(
    '/admin/people/:user_id/approve',
    postById,
    act('other', async (request, id) => {
      await decide(ctx, { actor: viewerOf(request), id });
      return { location: '/admin/waiting', done: 'approved' };
    }),
  );

  app.post(
    '/admin/people/:user_id/decline',
    postById,
    act('decline', async (request, id) => {
      const { reason } = readForm(request, Reason);
      await decide(ctx, { actor: viewerOf(request), id, declined: reason });
      return { location: '/admin/waiting', done: 'declined' };
    }),
  );

  app.post(
    '/admin/people/:user_id/reset-link',
    postById,
    act('other', async (request, id) => {
      const link = await service.resetLinkFor(ctx, viewerOf(request), id);
      return { page: await show(request, { link }) };
    }),
  );

  const showDelete = async (
    request: FastifyRequest,
    refused?: { form: 'all' | 'hand-over'; state: Form },
  ) => {
    const person = await service.getPerson(ctx, idOf(request));
    const has = await service.countBelongings(ctx, person.id);
    const page = pageContext(request, `Delete ${person.username}`);
    return deletePersonPage(page, person, { has, ...(refused && { refused }) });
  };
  app.get('/admin/people/:user_id/delete', byId, async (request, reply) =>
    sendPage(request, reply, await showDelete(request)),
  );

  app.post('/admin/people/:user_id/delete', postById, async (request, reply) => {
    const { id } = await service.getPerson(ctx, idOf(request));
    return handleForm(request, reply, {
      show: (state) => showDelete(request, { form: 'all', state }),
      run: async () => {
        await service.removeEverything(ctx, { actor: viewerOf(request), id });
        return { location: '/admin/people', done: 'removed' };
      },
    });
  });

  app.post('/admin/people/:user_id/hand-over', postById, async (request, reply) => {
    const { id } = await service.getPerson(ctx, idOf(request));
    return handleForm(request, reply, {
      show: (state) => showDelete(request, { form: 'hand-over', state }),
      run: async () => {
        const { to } = readForm(request, Heir);
        await service.removeAndHandOver(ctx, { actor: viewerOf(request), id, to });
        return { location: '/admin/people', done: 'handed-over' };
      },
    });
  });
}
