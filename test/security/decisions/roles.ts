import type { Answered } from './decision.ts';

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
