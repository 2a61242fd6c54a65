import Type from 'typebox';
import { authorize } from '../auth/policy.ts';
import { findBearer, requireBearer, viewerOf } from '../auth/viewer.ts';
import { issueAccessToken } from '../auth/tokens.ts';
import type { Context } from '../context.ts';
import { HttpError } from '../errors.ts';
import { SHARED_JSON } from '../http/cache/etag.ts';
import { BEARER } from '../http/docs/openapi.ts';
import type { App } from '../http/app-type.ts';
import {
  LoginForm,
  toPrivate,
  toPublic,
  UserCreate,
  UserPath,
  UserPrivate,
  UserPublic,
  UserUpdate,
} from './user.ts';
import { logIn } from './passwords.service.ts';
import { register } from './registration.service.ts';
import * as service from './users.service.ts';

export const Token = Type.Object(
  { access_token: Type.String(), token_type: Type.String() },
  { $id: 'Token' },
);

/** `/api/users`: accounts and logging in. Passwords and pictures have files of their own. */
export function registerUsersApi(app: App, ctx: Context): void {
  const tags = ['users'];
  const own = { preValidation: requireBearer(ctx) };
  const open = { ...SHARED_JSON, onRequest: findBearer(ctx) };

  app.post(
    '/api/users',
    {
      config: { body: 'json' },
      schema: {
        tags,
        summary: 'Create User',
        body: UserCreate,
        response: { 201: UserPrivate },
        errors: [400, 403, 422, 429],
      },
    },
    async (request, reply) => {
      const user = await register(ctx, request.body, request.ip);
      return reply.code(201).send(toPrivate(user));
    },
  );

  app.post(
    '/api/users/token',
    {
      config: { body: 'form' },
      schema: {
        tags,
        summary: 'Login For Access Token',
        consumes: ['application/x-www-form-urlencoded', 'multipart/form-data'],
        body: LoginForm,
        response: { 200: Token },
        errors: [401, 403, 422, 429],
      },
    },
    async ({ body, ip: address }) => {
      const { username: email, password } = body;
      const user = await logIn(ctx, { email, password, address });
      if (!user) {
        const headers = { 'www-authenticate': 'Bearer' };
        throw new HttpError(401, 'Incorrect email or password', { headers });
      }
      const access_token = await issueAccessToken({
        secret: ctx.config.secretKey,
        userId: user.id,
        tokenVersion: user.token_version,
        minutes: ctx.config.ACCESS_TOKEN_EXPIRE_MINUTES,
        now: ctx.clock(),
      });
      return { access_token, token_type: 'bearer' };
    },
  );

  app.get(
    '/api/users/me',
    {
      ...own,
      schema: {
        tags,
        summary: 'Get Current User',
        security: BEARER,
        response: { 200: UserPrivate },
        errors: [401],
      },
    },
    async (request) => toPrivate(viewerOf(request)),
  );

  app.get(
    '/api/users/:user_id',
    {
      ...open,
      schema: {
        tags,
        summary: 'Get User',
        params: UserPath,
        response: { 200: UserPublic },
        errors: [404, 422],
      },
    },
    async (request) => toPublic(await service.getUser(ctx, request.params.user_id)),
  );

  app.patch(
    '/api/users/:user_id',
    {
      ...own,
      config: { body: 'json', stored: viewerOf },
      schema: {
        tags,
        summary: 'Update User',
        security: BEARER,
        params: UserPath,
        body: UserUpdate,
        response: { 200: UserPrivate },
        errors: [400, 401, 403, 422],
      },
    },
    async (request) => {
      const { user_id } = request.params;
      const user = { kind: 'user', id: user_id } as const;
      authorize(viewerOf(request), 'update', user, 'Not authorized to update this user');
      return toPrivate(await service.updateUser(ctx, user_id, request.body));
    },
  );

  app.delete(
    '/api/users/:user_id',
    {
      ...own,
      schema: {
        tags,
        summary: 'Delete User',
        security: BEARER,
        params: UserPath,
        response: { 204: Type.Null() },
        errors: [401, 403, 404, 422],
      },
    },
    async (request, reply) => {
      const { user_id } = request.params;
      const user = { kind: 'user', id: user_id } as const;
      authorize(viewerOf(request), 'delete', user, 'Not authorized to delete this user');
      await service.deleteUser(ctx, user_id);
      return reply.code(204).send(null);
    },
  );
}
