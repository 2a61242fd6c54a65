/** A status, or `login`: a 303 to the login page. */
type Answered = number | 'login';

/** What a route answers to an anonymous visitor, to another user, and to the owner of the object. */
export type Decision = readonly [anonymous: Answered, another: Answered, owner: Answered];

const OPEN: Decision = [200, 200, 200];
/** For an object below `/api` that only its owner may change. */
const OWNERS = (status: number): Decision => [401, 403, status];
/** For an object below `/api` that exists only for its owner. */
const HIDDEN = (status: number): Decision => [401, 404, status];
/** A form about oneself; it cannot even name another user's object. */
const OWN_FORM: Decision = ['login', 303, 303];
const OWN_PAGE: Decision = ['login', 200, 200];
/** For nobody without a role that runs the blog, whoever's account it is about. */
const RUNNERS: Decision = ['login', 403, 403];

/**
 * Who may do what, for every route of the app. A route that is not here fails the tests: whoever
 * adds one decides, and runs `node scripts/authorization-table.ts`, which writes docs/authorization.md.
 */
export const DECISIONS: Record<string, Decision> = {
  'GET /': OPEN,
  'GET /posts': OPEN,
  'GET /archive': OPEN,
  'GET /archive/:year/:month': OPEN,
  'GET /users/:user_id/archive': OPEN,
  'GET /users/:user_id/archive/:year/:month': OPEN,
  'GET /tags/:tag/archive': OPEN,
  'GET /tags/:tag/archive/:year/:month': OPEN,
  'GET /posts/:post_id': OPEN,
  'GET /users/:user_id/posts': OPEN,
  'GET /people': OPEN,
  'GET /tags': OPEN,
  'GET /tags/:tag': OPEN,
  'GET /tags/:tag/follow': OPEN,
  'GET /tags/:tag/feed.atom': OPEN,
  'GET /tags/:tag/feed.json': OPEN,
  'GET /tags/:tag/edit': RUNNERS,
  'POST /tags/:tag/rename': RUNNERS,
  'POST /tags/:tag/merge': RUNNERS,
  'GET /search': OPEN,
  'GET /help/writing': OPEN,
  // Nothing is written there yet.
  'GET /about': [404, 404, 404],
  'GET /robots.txt': OPEN,
  'GET /sitemap.xml': OPEN,
  'GET /sitemap-:file.xml': OPEN,
  'GET /follow': OPEN,
  'GET /users/:user_id/follow': OPEN,
  'GET /feed.atom': OPEN,
  'GET /feed.json': OPEN,
  'GET /users/:user_id/feed.atom': OPEN,
  'GET /users/:user_id/feed.json': OPEN,
  // Without a valid token there is nothing.
  'GET /feeds/:token/feed.atom': [404, 404, 404],
  'GET /feeds/:token/feed.json': [404, 404, 404],
  'GET /feeds/:token/notices/feed.atom': [404, 404, 404],
  'GET /feeds/:token/notices/feed.json': [404, 404, 404],
  'GET /account/feeds': OWN_PAGE,
  // The page with the new addresses.
  'POST /account/feeds': ['login', 200, 200],
  'POST /account/feeds/end': OWN_FORM,
  'GET /static/*': OPEN,
  'GET /media/*': OPEN,
  // One that no post shows yet.
  'GET /pictures/:picture_id': [404, 404, 302],
  'GET /health': OPEN,
  'GET /health/live': OPEN,
  'GET /health/ready': OPEN,
  // For the holder of the server's key.
  'GET /health/seen': [401, 401, 401],
  // Needs the host's token; without METRICS_TOKEN the route does not exist.
  'GET /metrics': [401, 401, 401],
  'GET /openapi.json': OPEN,
  'GET /docs': OPEN,
  'GET /docs/initializer.js': OPEN,
  'GET /docs/swagger-ui.css': OPEN,
  'GET /docs/swagger-ui-bundle.js': OPEN,
  'GET /docs/favicon-32x32.png': OPEN,
  'GET /favicon.ico': OPEN,
  'GET /manifest.webmanifest': OPEN,
  'GET /redoc': [307, 307, 307],

  'POST /api/users': [201, 201, 201],
  'POST /api/users/token': [401, 200, 200],
  'GET /api/users/me': [401, 200, 200],
  'PATCH /api/users/me/password': [401, 200, 200],
  'POST /api/users/forgot-password': [202, 202, 202],
  'POST /api/users/reset-password': [400, 400, 400],
  'GET /api/users/:user_id': OPEN,
  'GET /api/users/:user_id/posts': OPEN,
  'PATCH /api/users/:user_id': OWNERS(200),
  'DELETE /api/users/:user_id': OWNERS(204),
  'PATCH /api/users/:user_id/picture': OWNERS(200),
  'DELETE /api/users/:user_id/picture': OWNERS(200),
  'GET /api/posts': OPEN,
  // Without a query.
  'GET /api/search': [422, 422, 422],
  'POST /api/posts': [401, 201, 201],
  'GET /api/posts/:post_id': OPEN,
  'GET /api/posts/:post_id/rendered': OPEN,
  'GET /api/posts/:post_id/details': OPEN,
  'GET /api/tags': OPEN,
  'GET /api/posts/:post_id/revisions': OWNERS(200),
  'PUT /api/posts/:post_id': OWNERS(200),
  'PATCH /api/posts/:post_id': OWNERS(200),
  'DELETE /api/posts/:post_id': OWNERS(204),
  'GET /api/posts/:post_id/comments': OPEN,
  'POST /api/posts/:post_id/comments': [401, 201, 201],
  'PATCH /api/comments/:comment_id': OWNERS(200),
  'DELETE /api/comments/:comment_id': OWNERS(204),
  'POST /api/posts/:post_id/report': [401, 204, 204],
  'POST /api/admin/posts/:post_id/hide': [401, 403, 403],
  'POST /api/admin/posts/:post_id/restore': [401, 403, 403],
  'GET /api/admin/reports': [401, 403, 403],
  'POST /api/admin/reports/:report_id/close': [401, 403, 403],
  'POST /api/comments/:comment_id/report': [401, 204, 204],

  'POST /api/pictures': [401, 201, 201],
  'GET /api/pictures': [401, 200, 200],
  'GET /api/pictures/:picture_id': HIDDEN(200),
  'PATCH /api/pictures/:picture_id': HIDDEN(200),
  'DELETE /api/pictures/:picture_id': HIDDEN(204),
  'GET /api/notices': [401, 200, 200],
  'POST /api/notices/read': [401, 200, 200],
  'POST /api/drafts': [401, 201, 201],
  'GET /api/drafts': [401, 200, 200],
  'GET /api/drafts/:draft_id': HIDDEN(200),
  'PUT /api/drafts/:draft_id': HIDDEN(200),
  'PATCH /api/drafts/:draft_id': HIDDEN(200),
  'DELETE /api/drafts/:draft_id': HIDDEN(204),
  'POST /api/drafts/:draft_id/publish': HIDDEN(201),

  'GET /login': [200, 303, 303],
  'POST /login': [401, 303, 303],
  'POST /logout': [303, 303, 303],
  'GET /register': [200, 303, 303],
  'POST /register': [303, 303, 303],
  'GET /forgot-password': OPEN,
  'POST /forgot-password': [303, 303, 303],
  'GET /reset-password': OPEN,
  'POST /reset-password': [400, 400, 400],
  // Without the token that a start printed.
  'GET /owner/:token': [404, 404, 404],
  'POST /owner/:token': ['login', 404, 404],
  'GET /owner/:token/register': [404, 404, 404],
  'POST /owner/:token/register': [404, 404, 404],
  // Without the token of an invitation.
  'GET /join/:token': [404, 200, 200],
  'POST /join/:token': [403, 403, 403],
  // Neither of them waits.
  'GET /waiting': ['login', 303, 303],

  // For those who run the blog; OF_ROLES has what they get.
  'GET /posts/:post_id/report': OWN_PAGE,
  'POST /posts/:post_id/report': OWN_FORM,
  'GET /comments/:comment_id/report': OWN_PAGE,
  'POST /comments/:comment_id/report': OWN_FORM,
  'GET /admin/comments': RUNNERS,
  'POST /admin/comments/:comment_id/approve': RUNNERS,
  'POST /admin/comments/:comment_id/delete': RUNNERS,
  'GET /admin/reports': RUNNERS,
  'POST /admin/reports/:report_id/hide': RUNNERS,
  'POST /admin/reports/:report_id/close': RUNNERS,
  'GET /posts/:post_id/moderate': RUNNERS,
  'POST /posts/:post_id/moderate/hide': RUNNERS,
  'POST /posts/:post_id/moderate/restore': RUNNERS,
  'GET /posts/:post_id/moderate/delete': RUNNERS,
  'POST /posts/:post_id/moderate/delete': RUNNERS,
  'GET /posts/:post_id/correct': RUNNERS,
  'POST /posts/:post_id/correct': RUNNERS,
  'GET /admin': RUNNERS,
  'GET /admin/log': OWN_PAGE,
  'GET /admin/people': RUNNERS,
  'GET /admin/people/:user_id': RUNNERS,
  'POST /admin/people/:user_id/role': RUNNERS,
  'POST /admin/people/:user_id/suspend': RUNNERS,
  'POST /admin/people/:user_id/restore': RUNNERS,
  'POST /admin/people/:user_id/approve': RUNNERS,
  'POST /admin/people/:user_id/decline': RUNNERS,
  'POST /admin/people/:user_id/reset-link': RUNNERS,
  'GET /admin/people/:user_id/delete': RUNNERS,
  'POST /admin/people/:user_id/delete': RUNNERS,
  'POST /admin/people/:user_id/hand-over': RUNNERS,
  'GET /admin/waiting': RUNNERS,
  'GET /admin/invitations': RUNNERS,
  'POST /admin/invitations': RUNNERS,
  'POST /admin/invitations/:invitation_id/revoke': RUNNERS,
  'POST /admin/check': RUNNERS,
  'POST /admin/first-steps/dismiss': RUNNERS,
  'GET /admin/settings': RUNNERS,
  'POST /admin/settings': RUNNERS,
  'POST /admin/settings/logo': RUNNERS,
  'GET /admin/settings/logo/delete': RUNNERS,
  'POST /admin/settings/logo/delete': RUNNERS,

  'GET /confirm-email': [400, 400, 400],
  'POST /confirm-email': [400, 400, 400],

  'GET /posts/new': OWN_PAGE,
  // The text is kept on the login page.
  'POST /posts/new': [401, 303, 303],
  // For a script; it asks for JSON.
  'POST /posts/preview': ['login', 200, 200],
  'GET /posts/:post_id/edit': ['login', 403, 200],
  'POST /posts/:post_id/edit': [401, 403, 303],
  'GET /posts/:post_id/unpublish': ['login', 403, 200],
  'POST /posts/:post_id/unpublish': ['login', 403, 303],
  'GET /posts/:post_id/history': ['login', 403, 200],
  'GET /posts/:post_id/history/:revision_id': ['login', 403, 200],
  'POST /posts/:post_id/history/:revision_id/restore': ['login', 403, 303],
  'GET /posts/:post_id/delete': ['login', 403, 200],
  'POST /posts/:post_id/delete': ['login', 403, 303],
  // For editors.
  'POST /posts/:post_id/pin': ['login', 403, 403],
  'POST /posts/:post_id/unpin': ['login', 403, 403],

  'POST /pictures': ['login', 201, 201],
  'GET /notices': OWN_PAGE,
  'POST /notices/read': OWN_FORM,
  'POST /notices/:notice_id/open': ['login', 404, 303],
  'GET /posts/:post_id/comments': OWN_PAGE,
  // The text is kept on the login page.
  'POST /posts/:post_id/comments': [401, 303, 303],
  'POST /posts/:post_id/comments/close': ['login', 403, 303],
  'GET /comments/:comment_id/edit': ['login', 403, 200],
  'POST /comments/:comment_id/edit': ['login', 403, 303],
  'GET /comments/:comment_id/delete': ['login', 403, 200],
  'POST /comments/:comment_id/delete': ['login', 403, 303],
  // The owner has also written the post.
  'GET /comments/:comment_id/hide': ['login', 403, 200],
  'POST /comments/:comment_id/hide': ['login', 403, 303],
  'GET /comments/:comment_id/remove': RUNNERS,
  'POST /comments/:comment_id/remove': RUNNERS,
  'POST /comments/:comment_id/restore': RUNNERS,

  'GET /drafts': OWN_PAGE,
  'GET /drafts/:draft_id': ['login', 404, 200],
  'POST /drafts/:draft_id': [401, 404, 303],
  'GET /drafts/:draft_id/history': ['login', 404, 200],
  'GET /drafts/:draft_id/history/:revision_id': ['login', 404, 200],
  'POST /drafts/:draft_id/history/:revision_id/restore': ['login', 404, 303],
  'GET /drafts/:draft_id/delete': ['login', 404, 200],
  'POST /drafts/:draft_id/delete': ['login', 404, 303],
  'GET /drafts/:draft_id/share': ['login', 404, 200],
  // The page with the new link.
  'POST /drafts/:draft_id/share': ['login', 404, 200],
  'POST /drafts/:draft_id/share/end': ['login', 404, 303],
  // Without a valid token there is nothing.
  'GET /drafts/shared/:token': [404, 404, 404],

  'GET /account': OWN_PAGE,
  'POST /account': OWN_FORM,
  'POST /account/reset-note': OWN_FORM,
  'POST /account/email/cancel': OWN_FORM,
  'POST /account/password': OWN_FORM,
  'POST /account/picture': OWN_FORM,
  'GET /account/picture/delete': OWN_PAGE,
  // The other user has no picture.
  'POST /account/picture/delete': ['login', 400, 303],
  'GET /account/delete': OWN_PAGE,
  'POST /account/delete': OWN_FORM,
  'POST /account/download': ['login', 200, 200],
  'POST /account/sessions/end': OWN_FORM,
  'POST /account/sessions/end-others': OWN_FORM,
};

/** Read with the cookie or with the token: as part of pages, and by programs. */
export const BY_EITHER = ['GET /pictures/:picture_id'];

/** Forms that another site may post: only the mailed token in them counts, no cookie. */
export const FROM_ANYWHERE = [
  'POST /reset-password',
  'POST /confirm-email',
  'POST /owner/:token',
  'POST /owner/:token/register',
  'POST /join/:token',
];

/** What people who may not write are told by the routes with which one writes. */
const NO_WRITING: Record<string, Answered> = {
  'POST /api/pictures': 403,
  'POST /pictures': 403,
  'POST /api/posts': 403,
  'POST /api/drafts': 403,
  'GET /posts/new': 403,
  'POST /posts/new': 403,
  'POST /posts/preview': 403,
};

/** What owners and editors get about an active member who does not wait. */
const MODERATING: Record<string, Answered> = {
  'GET /tags/:tag/edit': 200,
  'POST /tags/:tag/rename': 303,
  'POST /tags/:tag/merge': 303,
  'GET /posts/:post_id/moderate': 200,
  'POST /posts/:post_id/moderate/hide': 303,
  'POST /posts/:post_id/moderate/restore': 400,
  'GET /posts/:post_id/moderate/delete': 200,
  'POST /posts/:post_id/moderate/delete': 303,
  'GET /posts/:post_id/correct': 200,
  'POST /posts/:post_id/correct': 303,
  'GET /posts/:post_id/history': 200,
  'GET /posts/:post_id/history/:revision_id': 200,
  'POST /posts/:post_id/pin': 303,
  'POST /posts/:post_id/unpin': 303,
  'GET /comments/:comment_id/hide': 200,
  'POST /comments/:comment_id/hide': 303,
  'GET /comments/:comment_id/remove': 200,
  'POST /comments/:comment_id/remove': 303,
  // It is visible, and stays so.
  'POST /comments/:comment_id/restore': 303,
  'POST /api/admin/posts/:post_id/hide': 204,
  'POST /api/admin/posts/:post_id/restore': 400,
  'GET /api/admin/reports': 200,
  'POST /api/admin/reports/:report_id/close': 404,
  'GET /admin/comments': 200,
  'POST /admin/comments/:comment_id/approve': 303,
  'POST /admin/comments/:comment_id/delete': 303,
  'GET /admin/reports': 200,
  'POST /admin/reports/:report_id/hide': 404,
  'POST /admin/reports/:report_id/close': 404,
  'GET /admin': 200,
  'GET /admin/people': 200,
  'GET /admin/people/:user_id': 200,
  'POST /admin/people/:user_id/suspend': 303,
  'POST /admin/people/:user_id/restore': 400,
  'POST /admin/people/:user_id/approve': 404,
  'POST /admin/people/:user_id/decline': 404,
  'GET /admin/people/:user_id/delete': 200,
  'POST /admin/people/:user_id/delete': 303,
  // It names nobody.
  'POST /admin/people/:user_id/hand-over': 422,
  'GET /admin/waiting': 200,
  'GET /admin/invitations': 200,
  'POST /admin/invitations': 200,
  'POST /admin/invitations/:invitation_id/revoke': 404,
};

/**
 * What a route answers to somebody of a role or state about an object of somebody else's, where that is not
 * what it answers to any other user; a suspended account gets what an anonymous visitor gets.
 */
export const OF_ROLES: Record<string, Record<string, Answered>> = {
  owner: {
    ...MODERATING,
    'POST /admin/people/:user_id/role': 303,
    'POST /admin/people/:user_id/reset-link': 200,
    'POST /admin/check': 200,
    'POST /admin/first-steps/dismiss': 303,
    'GET /admin/settings': 200,
    'POST /admin/settings': 303,
    'POST /admin/settings/logo': 303,
    'GET /admin/settings/logo/delete': 200,
    'POST /admin/settings/logo/delete': 303,
  },
  editor: {
    ...MODERATING,
    'POST /admin/people/:user_id/role': 403,
    'POST /admin/people/:user_id/reset-link': 403,
  },
  reader: { ...NO_WRITING, 'GET /admin/log': 403 },
  waiting: {
    ...NO_WRITING,
    'POST /api/posts/:post_id/comments': 403,
    'GET /posts/:post_id/comments': 403,
    'POST /posts/:post_id/comments': 403,
    'POST /api/posts/:post_id/report': 403,
    'POST /api/comments/:comment_id/report': 403,
    'GET /posts/:post_id/report': 403,
    'POST /posts/:post_id/report': 403,
    'GET /comments/:comment_id/report': 403,
    'POST /comments/:comment_id/report': 403,
    'GET /admin/log': 403,
    'POST /account/feeds': 403,
    'GET /waiting': 200,
  },
  suspended: { 'POST /api/users/token': 403, 'POST /login': 403 },
};
