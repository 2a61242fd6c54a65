import Type from 'typebox';
import { requireBearer, viewerOf } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import { BEARER } from '../http/docs/openapi.ts';
import type { App } from '../http/app-type.ts';
import { requestResetMail, resetPassword } from './reset.service.ts';
import { ChangePassword, ForgotPassword, ResetPassword } from './user.ts';
import { changePassword } from './passwords.service.ts';

const Message = Type.Object({ message: Type.String() }, { $id: 'Message' });

export const PASSWORD_SCHEMAS = [Message, ChangePassword, ForgotPassword, ResetPassword];

/** Changing a password, and setting a new one with a mailed link. */
export function registerPasswordsApi(app: App, ctx: Context): void {
  const tags = ['users'];
  const config = { body: 'json' } as const;

  app.patch(
    '/api/users/me/password',
    {
      config,
      preValidation: requireBearer(ctx),
      schema: {
        tags,
        summary: 'Change Password',
        security: BEARER,
        body: ChangePassword,
        response: { 200: Message },
        errors: [400, 401, 422, 429],
      },
    },
    async (request) => {
      const { current_password: current, new_password: next } = request.body;
      await changePassword(ctx, viewerOf(request), { current, next, address: request.ip });
      return { message: 'Password changed successfully' };
    },
  );

  app.post(
    '/api/users/forgot-password',
    {
      config,
      schema: {
        tags,
        summary: 'Forgot Password',
        body: ForgotPassword,
        response: { 202: Message },
        errors: [422, 429],
      },
    },
    async (request, reply) => {
      await requestResetMail(ctx, request.body.email, request.ip);
      const message =
        'If an account exists with this email, you will receive password reset instructions.';
      return reply.code(202).send({ message });
    },
  );

  app.post(
    '/api/users/reset-password',
    {
      config,
      schema: {
        tags,
        summary: 'Reset Password',
        body: ResetPassword,
        response: { 200: Message },
        errors: [400, 422],
      },
    },
    async ({ body }) => {
      await resetPassword(ctx, body.token, body.new_password);
      const message = 'Password reset successfully. You can now log in with your new password.';
      return { message };
    },
  );
}
