import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { signIn, signOut } from '../auth/session-cookie.ts';
import { sessionsBeside } from '../auth/sessions.service.ts';
import { sessionOf, viewerOf } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import { HttpError, TooCostly } from '../errors.ts';
import { handleForm, readForm } from '../http/pages/form.ts';
import { addDoneMessages, doneMessage } from '../http/pages/done-messages.ts';
import { sizeInWords } from '../http/body/size-in-words.ts';
import { sendPage } from '../http/pages/send-page.ts';
import type { Pages } from '../http/pages/route-options.ts';
import { readPictureForm } from '../pictures/picture-form.ts';
import type { App } from '../http/app-type.ts';
import { wantsJson } from '../http/wants-json.ts';
import { MAX_PIXELS } from '../images/inspect.ts';
import { removePicture, uploadPicture } from '../pictures/pictures.service.ts';
import { countPostsOf } from '../posts/posts.service.ts';
import { BIO_MAX, changeBio, getBio } from '../profiles/profiles.service.ts';
import { ChangePassword, toPrivate, UserUpdate } from '../users/user.ts';
import { findPendingEmail, updateProfile } from '../users/email-change.service.ts';
import { changePassword, requirePassword, type TypedPassword } from '../users/passwords.service.ts';
import { isOnlyOwner, nameSuccessor } from '../users/roles.service.ts';
import { deleteUser } from '../users/users.service.ts';
import { EMPTY, type Form } from '../views/form.ts';
import { accountPage, deleteAccountPage, type AccountView } from './account.views.ts';
import { checkNewPassword } from './new-password.ts';
import { trimUsername, unifyLineBreaks } from './typed-name.ts';
import { removePicturePage } from './picture.views.ts';

/** The form of the account page with what others see of a person. */
const Profile = Type.Object({
  ...UserUpdate.properties,
  bio: Type.Optional(Type.String({ maxLength: BIO_MAX })),
});

/** The account page and its forms. */
export function registerAccountPages(app: App, ctx: Context, pages: Pages): void {
  addDoneMessages(app, {
    profile: 'Profile updated successfully!',
    'email-sent':
      'A link was mailed to your new email. Open it to confirm the change; until then the old one stays.',
    picture: 'Profile picture updated successfully!',
    'picture-removed': 'Profile picture removed.',
    password: 'Password changed successfully!',
  });
  addDoneMessages(app, { 'account-deleted': 'Your account has been deleted.' }, { open: true });
  const { pageContext, signedIn, form } = pages;
  const { MAX_UPLOAD_SIZE_BYTES: bytes } = ctx.config;
  const limits = { bytes, pixels: MAX_PIXELS, size: sizeInWords(bytes) };

  const owner = async (request: FastifyRequest) => {
    const user = viewerOf(request);
    return {
      ...user,
      postCount: await countPostsOf(ctx, user.id),
      onlyOwner: await isOnlyOwner(ctx, user),
    };
  };
  /** The page, with one of its forms as it was refused. */
  const show = async (request: FastifyRequest, refused: Partial<AccountView> = {}) => {
    const { id, username, email } = viewerOf(request);
    return accountPage(pageContext(request, 'Account'), {
      owner: await owner(request),
      limits,
      sessions: await sessionsBeside(ctx, sessionOf(request)),
      password: EMPTY,
      pendingEmail: await findPendingEmail(ctx, id),
      ...refused,
      profile: {
        errors: {},
        ...refused.profile,
        values: { username, email, bio: await getBio(ctx, id), ...refused.profile?.values },
      },
    });
  };

  const limitUploads = async (request: FastifyRequest) =>
    ctx.limits.uploads.take(String(viewerOf(request).id));

  app.get('/account', signedIn, async (request, reply) =>
    sendPage(request, reply, await show(request)),
  );

  app.post('/account', form, (request, reply) =>
    handleForm(request, reply, {
      show: (profile) => show(request, { profile }),
      run: async () => {
        const { id, username, email } = viewerOf(request);
        trimUsername(request, username);
        unifyLineBreaks(request, 'bio');
        const { bio, ...change } = readForm(request, Profile, { username, email });
        const outcome = await updateProfile(ctx, viewerOf(request), change, typed(request));
        // A program that does not know the field does not send it.
        if (bio !== undefined) await changeBio(ctx, id, bio);
        return { location: '/account', done: outcome === 'confirm' ? 'email-sent' : 'profile' };
      },
    }),
  );

  app.post('/account/password', form, (request, reply) =>
    handleForm(request, reply, {
      show: (password) => show(request, { password }),
      run: async () => {
        const { current_password: current, new_password: next } = readForm(request, ChangePassword);
        const { username, email } = viewerOf(request);
        await checkNewPassword(request, 'new_password', [username, email, ctx.config.SITE_NAME]);
        const user = await changePassword(ctx, viewerOf(request), {
          current,
          next,
          address: request.ip,
        });
        // All sessions ended with the old password; this browser gets a new one.
        await signIn(ctx, request, reply, user);
        return { location: '/account', done: 'password' };
      },
    }),
  );

  app.post(
    '/account/picture',
    { ...form, onRequest: [...form.onRequest, limitUploads], config: { body: 'file' } },
    async (request, reply: FastifyReply) => {
      const accepted = async () => {
        const sent = await readPictureForm(request, { max: bytes, folder: ctx.config.spoolDir });
        return uploadPicture(ctx, viewerOf(request).id, sent).catch(refuseInPlainWords);
      };
      if (wantsJson(request)) {
        return reply.send({
          ...toPrivate(await accepted()),
          message: doneMessage(request, 'picture'),
        });
      }
      return handleForm(request, reply, {
        show: (state) => show(request, { pictureError: pictureError(state) }),
        run: async () => {
          await accepted();
          return { location: '/account', done: 'picture' };
        },
      });
    },
  );

  app.get('/account/picture/delete', signedIn, async (request, reply) =>
    sendPage(request, reply, removePicturePage(pageContext(request, 'Account'))),
  );

  app.post('/account/picture/delete', form, (request, reply) =>
    handleForm(request, reply, {
      show: (state) => show(request, { pictureError: pictureError(state) }),
      run: async () => {
        await removePicture(ctx, viewerOf(request).id);
        return { location: '/account', done: 'picture-removed' };
      },
    }),
  );

  const askDelete = async (request: FastifyRequest, state: Form) =>
    deleteAccountPage(pageContext(request, 'Account'), await owner(request), state);

  app.get('/account/delete', signedIn, async (request, reply) =>
    sendPage(request, reply, await askDelete(request, EMPTY)),
  );

  app.post('/account/delete', form, (request, reply) =>
    handleForm(request, reply, {
      show: (state) => askDelete(request, state),
      run: async () => {
        const user = viewerOf(request);
        await requirePassword(ctx, user, typed(request));
        const { successor = '', no_owner } = (request.body ?? {}) as Record<string, string>;
        const without = no_owner !== undefined;
        await deleteUser(ctx, user.id, (trx) => nameSuccessor(trx, user, { successor, without }));
        await signOut(ctx, request, reply);
        return { location: '/', done: 'account-deleted' };
      },
    }),
  );
}

/** The current password as it came with a form, or ''. */
function typed(request: FastifyRequest): TypedPassword {
  const { current_password: password = '' } = (request.body ?? {}) as Record<string, string>;
  return { password, address: request.ip };
}

/** Pages say why a picture costs too much; the API has the contract's text for it. */
function refuseInPlainWords(error: unknown): never {
  throw error instanceof TooCostly ? new HttpError(400, error.plain, { cause: error }) : error;
}

/** The account page shows a picture's error in one place, whatever field it belongs to. */
function pictureError({ errors: { file, ...others }, summary }: Form): string {
  // The form has no other field, and the numbers of a crop mean nothing to people.
  const part = Object.keys(others).length > 0 && 'The picture cannot be cropped like this.';
  const error = file ?? (part || summary);
  if (error === undefined) throw new HttpError(400, 'The picture could not be saved.');
  return error;
}
