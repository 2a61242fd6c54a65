import type { Search } from './search/search.service.ts';
import { COMMENT_SCHEMAS } from './comments/comment.ts';
import { registerCommentsApi } from './comments/comments.api.ts';
import type { Context } from './context.ts';
import type { App } from './http/app-type.ts';
import { Page, PostCreate, PostResponse, PostUpdate, RenderedPost } from './posts/post.ts';
import {
  DraftCreate,
  DraftPage,
  DraftReplace,
  DraftResponse,
  DraftUpdate,
} from './drafts/draft.ts';
import { registerDraftsApi } from './drafts/drafts.api.ts';
import { ReportCreate } from './reports/report.ts';
import { registerModeratingApi, ReportPage } from './reports/moderating.api.ts';
import { settleReports } from './reports/reports.service.ts';
import { registerReportsApi } from './reports/reports.api.ts';
import { registerPostsApi } from './posts/posts.api.ts';
import { PostDetails, registerDetailsApi } from './posts/details/details.api.ts';
import { RevisionPage } from './posts/history/revision.ts';
import { registerRevisionsApi } from './posts/history/revisions.api.ts';
import { registerPasswordsApi, PASSWORD_SCHEMAS } from './users/passwords.api.ts';
import { registerPictureApi } from './users/picture.api.ts';
import { UserCreate, UserPrivate, UserPublic, UserUpdate } from './users/user.ts';
import { registerTagsApi, TagList } from './tags/tags.api.ts';
import { registerUsersApi, Token } from './users/users.api.ts';
import { registerSearchApi, SearchPage } from './search/search.api.ts';
import { NoticePage, NoticesRead } from './notices/notice.ts';
import { registerNoticesApi } from './notices/notices.api.ts';
import { PICTURE_SCHEMAS } from './pictures/posts/post-picture.ts';
import { registerPostPicturesApi } from './pictures/posts/post-pictures.api.ts';

/** The schemas of what the API takes and answers, in the order of the document that describes it. */
export const API_SCHEMAS = [
  UserCreate,
  UserUpdate,
  UserPublic,
  UserPrivate,
  Token,
  ...PASSWORD_SCHEMAS,
  PostCreate,
  PostUpdate,
  PostResponse,
  RenderedPost,
  PostDetails,
  TagList,
  RevisionPage,
  SearchPage,
  Page,
  ...PICTURE_SCHEMAS,
  DraftCreate,
  DraftUpdate,
  DraftReplace,
  DraftResponse,
  DraftPage,
  ...COMMENT_SCHEMAS,
  NoticesRead,
  NoticePage,
  ReportCreate,
  ReportPage,
];

/** Every route below `/api`. */
export function registerApi(app: App, ctx: Context, search: Search): void {
  registerUsersApi(app, ctx);
  registerPasswordsApi(app, ctx);
  registerPictureApi(app, ctx);
  registerPostPicturesApi(app, ctx);
  registerPostsApi(app, ctx);
  registerDetailsApi(app, ctx);
  registerTagsApi(app, ctx);
  registerRevisionsApi(app, ctx);
  registerDraftsApi(app, ctx);
  registerCommentsApi(app, ctx);
  registerNoticesApi(app, ctx);
  registerReportsApi(app, ctx);
  registerModeratingApi(app, ctx, (trx, { id, actor }) =>
    settleReports(trx, ctx.clock, { postId: id }, { actorId: actor.id, outcome: 'hidden' }),
  );
  registerSearchApi(app, ctx, search);
}
