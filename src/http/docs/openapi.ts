import Fastify, { type FastifyInstance, type FastifySchema, type RouteOptions } from 'fastify';
import { compilersFactory } from '../compilers.ts';
import Type, { type TSchema } from 'typebox';

/** The body of every error below /api but 422. */
const ErrorDetail = Type.Object({ detail: Type.String() }, { $id: 'ErrorDetail' });

const FieldErrorSchema = Type.Object(
  {
    type: Type.String(),
    loc: Type.Array(Type.Union([Type.String(), Type.Integer()])),
    msg: Type.String(),
    input: Type.Unknown(),
    ctx: Type.Optional(Type.Object({}, { additionalProperties: true })),
  },
  { $id: 'ValidationError' },
);

const HTTPValidationError = Type.Object(
  { detail: Type.Array(Type.Ref('ValidationError')) },
  { $id: 'HTTPValidationError' },
);

/** The security of a protected route in the document. */
export const BEARER = [{ OAuth2PasswordBearer: [] }];

const DESCRIPTIONS: Record<number, string> = {
  400: 'Bad Request',
  401: 'Not authenticated',
  403: 'Not authorized',
  404: 'Not found',
  409: 'In conflict with something that already exists; `current` is what exists',
  412: 'Changed since the version that If-Match names; `current` is what it is now',
  413: 'Body too large',
  422: 'Validation Error',
  428: 'If-Match is missing',
  503: 'A part of the server is not available; try again later',
};

declare module 'fastify' {
  interface FastifySchema {
    /** Statuses of errors that the route may answer; for the document only. */
    errors?: number[];
  }
}

/**
 * `/openapi.json`, made from the routes' schemas; shared ones are named by their `$id`. What makes it
 * is loaded when it is first asked for.
 */
export function registerOpenApi(
  app: FastifyInstance,
  { siteName, schemas }: { siteName: string; schemas: TSchema[] },
): void {
  for (const schema of [ErrorDetail, FieldErrorSchema, HTTPValidationError, ...schemas]) {
    app.addSchema(schema);
  }
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => {
    if (route.method !== 'HEAD' && route.schema?.hide !== true) routes.push(route);
  });
  let document: Promise<string> | undefined;
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    document ??= describeRoutes(app, routes, siteName);
    return reply.type('application/json').send(await document);
  });
}

/** The document of these routes, as JSON. The plugin reads them from an app of its own. */
async function describeRoutes(
  served: FastifyInstance,
  routes: RouteOptions[],
  siteName: string,
): Promise<string> {
  const { default: swagger } = await import('@fastify/swagger');
  const app = Fastify({
    exposeHeadRoutes: false,
    schemaController: { compilersFactory },
  });
  for (const schema of Object.values(served.getSchemas())) app.addSchema(schema);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: siteName, version: '1.0.0' },
      ...(served.basePath && { servers: [{ url: served.basePath }] }),
      components: {
        securitySchemes: {
          OAuth2PasswordBearer: {
            type: 'oauth2',
            flows: { password: { tokenUrl: 'api/users/token', scopes: {} } },
          },
        },
      },
    },
    transform: ({ schema, url }) => ({ schema: forDocument(schema), url }),
    refResolver: { buildLocalReference: (schema) => schema['$id'] as string },
  });
  for (const { method, url, schema, handler } of routes) {
    app.route({ method, url, ...(schema && { schema }), handler });
  }
  await app.ready();
  return JSON.stringify(app.swagger());
}

/**
 * Refers to shared schemas by name, which the plugin would repeat in place; marks fields with a
 * default as optional; and adds the errors. These are not in the routes' `response`, because
 * Fastify would compile a serializer for each, a hundred in all, at every start.
 */
function forDocument(schema: FastifySchema): FastifySchema {
  const { body, querystring, response = {}, errors = [], ...rest } = schema;
  const answers = Object.entries(response as object).map(([status, part]) => [
    status,
    byName(part),
  ]);
  const failures = errors.map((status) => [status, errorAnswer(status)]);
  return {
    ...rest,
    ...(body !== undefined && { body: byName(body) }),
    ...(querystring !== undefined && { querystring: { ...querystring, required: [] } }),
    response: Object.fromEntries([...answers, ...failures]),
  };
}

function errorAnswer(status: number): object {
  const $ref = status === 422 ? 'HTTPValidationError' : 'ErrorDetail';
  return { $ref: `${$ref}#`, description: DESCRIPTIONS[status] };
}

function byName(schema: unknown): unknown {
  const { $id } = schema as { $id?: string };
  return $id === undefined ? schema : { $ref: `${$id}#` };
}
