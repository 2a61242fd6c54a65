import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifySchema } from 'fastify';
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

/** `/openapi.json`, made from the routes' schemas; shared ones are named by their `$id`. */
export async function registerOpenApi(
  app: FastifyInstance,
  { siteName, schemas }: { siteName: string; schemas: TSchema[] },
): Promise<void> {
  for (const schema of [ErrorDetail, FieldErrorSchema, HTTPValidationError, ...schemas]) {
    app.addSchema(schema);
  }
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: siteName, version: '1.0.0' },
      ...(app.basePath && { servers: [{ url: app.basePath }] }),
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
  let document: string | undefined;
  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) => {
    document ??= JSON.stringify(app.swagger());
    return reply.type('application/json').send(document);
  });
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
