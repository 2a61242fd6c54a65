import type { FastifyRequest } from 'fastify';
import { authorize } from '../auth/policy.ts';
import { lockAccount, viewerOf } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import type { Transaction } from '../db/database.ts';
import { transact } from '../db/transact.ts';
import { sizeInWords } from '../http/body/size-in-words.ts';
import type { App } from '../http/app-type.ts';
import { addDoneMessages } from '../http/pages/done-messages.ts';
import { fieldErrors, handleForm } from '../http/pages/form.ts';
import type { Pages } from '../http/pages/route-options.ts';
import { sendPage } from '../http/pages/send-page.ts';
import { logDeed } from '../moderation/log.service.ts';
import { readPictureForm } from '../pictures/picture-form.ts';
import { changeLogo, removeLogo } from '../pictures/site/logo.service.ts';
import { type SettingName } from '../settings/definitions.ts';
import { allSettings, changeSetting, checkSetting, isChosen } from '../settings/settings.ts';
import type { Form } from '../views/form.ts';
import { adminOptions } from './admin-options.ts';
import { removeLogoPage, settingsPage } from './settings.views.ts';

const SHOWN = [
  'site-name',
  'tagline',
  'accent',
  'registration',
  'readers',
  'comments',
  'first-comments',
  'about',
  'footer-links',
  'time-zone',
] as const;
/** The environment variables that override a setting. */
const VARIABLES: Partial<Record<SettingName, 'SITE_NAME' | 'REGISTRATION'>> = {
  'site-name': 'SITE_NAME',
  registration: 'REGISTRATION',
};

/** What owners change while the blog runs. */
export function registerSettingsPages(app: App, ctx: Context, pages: Pages): void {
  addDoneMessages(app, {
    settings: 'Settings saved.',
    logo: 'The logo was changed.',
    'logo-removed': 'The logo was removed.',
  });
  const { get, post } = adminOptions(pages, 'run');
  const { config } = ctx;
  const { MAX_UPLOAD_SIZE_BYTES: bytes } = config;
  const isFixed = (name: SettingName) => config.given.has(VARIABLES[name] ?? '');
  const fixed = {
    ...(isFixed('site-name') && { siteName: config.SITE_NAME }),
    ...(isFixed('registration') && { registration: config.REGISTRATION }),
  };
  const show = (request: FastifyRequest, state: Form, logoError?: string) => {
    const page = pages.pageContext(request, 'Settings');
    return settingsPage(page, state, { fixed, size: sizeInWords(bytes), logoError });
  };
  const stored = async () => ({ values: await allSettings(ctx), errors: {} });

  app.get('/admin/settings', get, async (request, reply) =>
    sendPage(request, reply, show(request, await stored())),
  );

  app.post('/admin/settings', post, (request, reply) =>
    handleForm(request, reply, {
      show: (state) => show(request, state),
      run: async () => {
        const given = readGiven(request);
        const before = await allSettings(ctx);
        // Saving without a change is a choice, too.
        const chosen = await isChosen(ctx, 'readers');
        const changed = SHOWN.filter((name) => {
          if (isFixed(name) || given[name] === undefined) return false;
          return given[name] !== before[name] || (name === 'readers' && !chosen);
        });
        const refused = changed.flatMap((name) => {
          const error = checkSetting(name, given[name] ?? '', config);
          return error === undefined ? [] : [[name, error] as const];
        });
        if (refused.length > 0) throw fieldErrors(Object.fromEntries(refused));
        await transact(ctx.db, async (trx) => {
          const current = (await lockAccount(trx, viewerOf(request).id)) ?? null;
          authorize(current, 'run', { kind: 'blog' }, 'Only owners change settings');
          for (const name of changed) {
            await changeSetting({ ...ctx, db: trx }, name, given[name] ?? '');
            if (given[name] !== before[name]) await log(trx, request, name);
          }
        });
        return { location: '/admin/settings', done: 'settings' };
      },
    }),
  );

  const log = (trx: Transaction, request: FastifyRequest, reason: string) =>
    logDeed(trx, ctx.clock, { actorId: viewerOf(request).id, action: 'setting changed', reason });
  const limitUploads = async (request: FastifyRequest) =>
    ctx.limits.uploads.take(String(viewerOf(request).id));
  const showLogo = async (request: FastifyRequest, { errors, summary }: Form) =>
    show(request, await stored(), errors['file'] ?? summary ?? 'The picture could not be saved.');

  app.post(
    '/admin/settings/logo',
    { ...post, onRequest: [...post.onRequest, limitUploads], config: { body: 'file' } },
    (request, reply) =>
      handleForm(request, reply, {
        show: (state) => showLogo(request, state),
        run: async () => {
          const { id } = viewerOf(request);
          const sent = await readPictureForm(request, { max: bytes, folder: config.spoolDir });
          await changeLogo(ctx, id, sent.upload, (trx) => log(trx, request, 'logo'));
          return { location: '/admin/settings', done: 'logo' };
        },
      }),
  );

  app.get('/admin/settings/logo/delete', get, async (request, reply) =>
    sendPage(request, reply, removeLogoPage(pages.pageContext(request, 'Settings'))),
  );

  app.post('/admin/settings/logo/delete', post, (request, reply) =>
    handleForm(request, reply, {
      show: (state) => showLogo(request, state),
      run: async () => {
        await removeLogo(ctx, viewerOf(request).id, (trx) => log(trx, request, 'logo'));
        return { location: '/admin/settings', done: 'logo-removed' };
      },
    }),
  );
}

/** What was typed, with each line break as one character, because browsers send two. */
function readGiven({ body }: FastifyRequest): Record<string, string | undefined> {
  const fields = Object.entries((body ?? {}) as Record<string, string>);
  return Object.fromEntries(fields.map(([name, text]) => [name, text.replaceAll('\r\n', '\n')]));
}
