import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../../support/blog.ts';

interface Schema {
  $ref?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  minLength?: number;
  maxLength?: number;
  format?: string;
}
interface Parameter {
  name: string;
  in: string;
  required: boolean;
  description?: string;
  schema: Record<string, unknown>;
}
interface Operation {
  summary: string;
  tags?: string[];
  security?: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, Schema>;
    securitySchemes: Record<
      string,
      { type: string; flows?: { password?: { tokenUrl: string; scopes: object } } }
    >;
  };
}

const { server, client } = await openBlog();
const described = await client.api<Document>('GET', '/openapi.json');
assert.equal(described.status, 200);
assert.match(described.headers.get('content-type') ?? '', /^application\/json/);
const document = described.body;

/** Path, method, summary, whether it needs a token, the success status and its schema. */
const OPERATIONS: [string, string, string, boolean, string, string?][] = [
  ['/api/users', 'post', 'Create User', false, '201', 'UserPrivate'],
  ['/api/users/token', 'post', 'Login For Access Token', false, '200', 'Token'],
  ['/api/users/me', 'get', 'Get Current User', true, '200', 'UserPrivate'],
  ['/api/users/me/password', 'patch', 'Change Password', true, '200'],
  ['/api/users/forgot-password', 'post', 'Forgot Password', false, '202'],
  ['/api/users/reset-password', 'post', 'Reset Password', false, '200'],
  ['/api/users/{user_id}', 'get', 'Get User', false, '200', 'UserPublic'],
  ['/api/users/{user_id}', 'patch', 'Update User', true, '200', 'UserPrivate'],
  ['/api/users/{user_id}', 'delete', 'Delete User', true, '204'],
  ['/api/users/{user_id}/posts', 'get', 'Get User Posts', false, '200', 'Page'],
  ['/api/users/{user_id}/picture', 'patch', 'Upload Profile Picture', true, '200', 'UserPrivate'],
  ['/api/users/{user_id}/picture', 'delete', 'Delete User Picture', true, '200', 'UserPrivate'],
  ['/api/posts', 'get', 'Get Posts', false, '200', 'Page'],
  ['/api/posts', 'post', 'Create Post', true, '201', 'PostResponse'],
  ['/api/posts/{post_id}', 'get', 'Get Post', false, '200', 'PostResponse'],
  ['/api/posts/{post_id}', 'put', 'Update Post Full', true, '200', 'PostResponse'],
  ['/api/posts/{post_id}', 'patch', 'Update Post Partial', true, '200', 'PostResponse'],
  ['/api/posts/{post_id}', 'delete', 'Delete Post', true, '204'],
  ['/api/posts/{post_id}/rendered', 'get', 'Get Rendered Post', false, '200', 'RenderedPost'],
  ['/api/posts/{post_id}/revisions', 'get', 'Get Post Revisions', true, '200', 'RevisionPage'],
  ['/api/pictures', 'post', 'Create Picture', true, '201', 'PictureCreated'],
  ['/api/pictures', 'get', 'Get Pictures', true, '200', 'PicturePage'],
  ['/api/pictures/{picture_id}', 'get', 'Get Picture', true, '200', 'PictureResponse'],
  ['/api/pictures/{picture_id}', 'patch', 'Update Picture', true, '200', 'PictureResponse'],
  ['/api/pictures/{picture_id}', 'delete', 'Delete Picture', true, '204'],
  ['/api/posts/{post_id}/comments', 'get', 'Get Comments', false, '200', 'CommentPage'],
  ['/api/posts/{post_id}/comments', 'post', 'Create Comment', true, '201', 'CommentResponse'],
  ['/api/comments/{comment_id}', 'patch', 'Update Comment', true, '200', 'CommentResponse'],
  ['/api/comments/{comment_id}', 'delete', 'Delete Comment', true, '204'],
  ['/api/posts/{post_id}/report', 'post', 'Report Post', true, '204'],
  ['/api/admin/posts/{post_id}/hide', 'post', 'Hide Post', true, '204'],
  ['/api/admin/posts/{post_id}/restore', 'post', 'Restore Post', true, '204'],
  ['/api/admin/reports', 'get', 'Get Reports', true, '200', 'ReportPage'],
  ['/api/admin/reports/{report_id}/close', 'post', 'Close Report', true, '204'],
  ['/api/comments/{comment_id}/report', 'post', 'Report Comment', true, '204'],
  ['/api/drafts', 'post', 'Create Draft', true, '201', 'DraftResponse'],
  ['/api/drafts', 'get', 'Get Drafts', true, '200', 'DraftPage'],
  ['/api/drafts/{draft_id}', 'get', 'Get Draft', true, '200', 'DraftResponse'],
  ['/api/drafts/{draft_id}', 'put', 'Update Draft Full', true, '200', 'DraftResponse'],
  ['/api/drafts/{draft_id}', 'patch', 'Update Draft Partial', true, '200', 'DraftResponse'],
  ['/api/drafts/{draft_id}', 'delete', 'Delete Draft', true, '204'],
  ['/api/drafts/{draft_id}/publish', 'post', 'Publish Draft', true, '201', 'PostResponse'],
  ['/api/notices', 'get', 'Get Notices', true, '200', 'NoticePage'],
  ['/api/notices/read', 'post', 'Read Notices', true, '200', 'NoticePage'],
  ['/api/posts/{post_id}/details', 'get', 'Get Post Details', false, '200', 'PostDetails'],
  ['/api/tags', 'get', 'Get Tags', false, '200', 'TagList'],
  ['/api/search', 'get', 'Search Posts', false, '200', 'SearchPage'],
  ['/health', 'get', 'Health Check', false, '200'],
];

test('the document is OpenAPI 3.1 and has every route, and no other', () => {
  assert.match(document.openapi, /^3\.1\.\d+$/);
  const told = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  const expected = OPERATIONS.map(([path, method]) => `${method} ${path}`);
  assert.deepEqual(told.toSorted(), expected.toSorted());
});

for (const [path, method, summary, secured, status, schema] of OPERATIONS) {
  test(`${method} ${path} is called ${summary}`, () => {
    const operation = document.paths[path]?.[method];
    assert.equal(operation?.summary, summary);
    const tag = /^\/api\/(\w+)/.exec(path)?.[1];
    if (tag !== undefined) assert.deepEqual(operation.tags, [tag]);
    const schemes = (operation.security ?? []).flatMap((scheme) => Object.keys(scheme));
    assert.equal(schemes.length > 0, secured);
    assert.ok(schemes.every((name) => name in document.components.securitySchemes));
    const success = operation.responses[status];
    assert.ok(success, Object.keys(operation.responses).join());
    if (schema === undefined) return;
    const ref = success.content?.['application/json']?.schema.$ref;
    assert.equal(ref, `#/components/schemas/${schema}`);
  });
}

test('the schemas bear the names, fields and limits of the contract', () => {
  const fields: Record<string, string[]> = {
    UserCreate: ['username', 'email', 'password', 'invitation'],
    UserUpdate: ['username', 'email'],
    UserPublic: ['id', 'username', 'image_file', 'image_path'],
    UserPrivate: ['id', 'username', 'image_file', 'image_path', 'email'],
    Token: ['access_token', 'token_type'],
    PostCreate: ['title', 'content', 'format', 'audience', 'tags'],
    PostUpdate: ['title', 'content', 'format', 'audience', 'tags'],
    PostResponse: ['title', 'content', 'id', 'user_id', 'date_posted', 'author'],
    Page: ['posts', 'total', 'skip', 'limit', 'has_more'],
  };
  const { schemas } = document.components;
  for (const [name, expected] of Object.entries(fields)) {
    assert.deepEqual(Object.keys(schemas[name]?.properties ?? {}), expected, name);
    const optional = new Set(
      name.endsWith('Update') ? expected : ['format', 'audience', 'tags', 'invitation'],
    );
    const required = expected.filter((field) => !optional.has(field));
    assert.deepEqual(schemas[name]?.required ?? [], required, name);
  }
  const { username, email, password } = schemas['UserCreate']?.properties ?? {};
  assert.deepEqual([username?.minLength, username?.maxLength], [1, 50]);
  assert.deepEqual([email?.maxLength, email?.format], [120, 'email']);
  assert.equal(password?.minLength, 8);
});

test('every reference leads somewhere', () => {
  const refs = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g);
  const names = [...refs].map((match) => match[1] ?? '');
  assert.ok(names.length > 10);
  for (const name of names) assert.ok(name in document.components.schemas, name);
});

test('the security scheme is the OAuth2 password flow', () => {
  const [scheme] = Object.values(document.components.securitySchemes);
  assert.equal(scheme?.type, 'oauth2');
  assert.equal(scheme.flows?.password?.tokenUrl, 'api/users/token');
  assert.equal(typeof scheme.flows.password.scopes, 'object');
});

test('bodies and parameters are described', () => {
  const bodyOf = (path: string, method: string) =>
    document.paths[path]?.[method]?.requestBody?.content ?? {};
  const picture = bodyOf('/api/users/{user_id}/picture', 'patch')['multipart/form-data']?.schema;
  const file = resolve(picture)?.properties?.['file'];
  assert.equal(file?.format, 'binary');
  assert.ok(resolve(picture)?.required?.includes('file'));
  const form = resolve(
    bodyOf('/api/users/token', 'post')['application/x-www-form-urlencoded']?.schema,
  );
  assert.ok(form?.properties?.['username'] && form.properties['password']);
  assert.equal(
    bodyOf('/api/users', 'post')['application/json']?.schema.$ref,
    '#/components/schemas/UserCreate',
  );
  const parameters = document.paths['/api/users/{user_id}/posts']?.['get']?.parameters ?? [];
  const schemaOf = (where: string) =>
    parameters.find((parameter) => `${parameter.in} ${parameter.name}` === where)?.schema;
  assert.equal(parameters.length, 4);
  assert.equal(schemaOf('path user_id')?.['type'], 'integer');
  const [skip, limit] = [schemaOf('query skip'), schemaOf('query limit')];
  assert.deepEqual([skip?.['minimum'], skip?.['default']], [0, 0]);
  assert.deepEqual([limit?.['minimum'], limit?.['maximum'], limit?.['default']], [1, 100, 10]);
  const cursor = parameters.find(({ name }) => name === 'cursor');
  assert.deepEqual([cursor?.required, cursor?.schema['type']], [false, 'string']);
  assert.match(cursor?.description ?? '', /Link header/);
});

function resolve(schema: Schema | undefined): Schema | undefined {
  const name = schema?.$ref?.split('/').at(-1);
  return name === undefined ? schema : document.components.schemas[name];
}

test('the documentation page exists, and /redoc redirects to it', async () => {
  const docs = await fetch(`${server.url}/docs`);
  assert.equal(docs.status, 200);
  assert.match(docs.headers.get('content-type') ?? '', /^text\/html/);
  await docs.text();
  const redoc = await fetch(`${server.url}/redoc`, { redirect: 'manual' });
  assert.ok([301, 302, 303, 307, 308].includes(redoc.status));
  assert.equal(new URL(redoc.headers.get('location') ?? '', server.url).pathname, '/docs');
});
