import type { ListedPost, ShownPost } from '../../../src/posts/post.ts';
import { render } from '../../../src/text/render.ts';
import type { Page } from '../../../src/views/layout.ts';

/** A page as an anonymous reader gets it. */
export const page: Page = {
  siteName: 'Site',
  title: 'Home',
  viewer: null,
  mayWrite: false,
  path: '/',
  assets: { css: [], js: [], font: '/f', theme: '/t' },
  basePath: '',
  publicUrl: 'https://blog.example',
  registrationOpen: true,
  mailEnabled: true,
  mediaBase: '/media',
};
/** A public post. */
export const post: ShownPost = {
  id: 12,
  title: '<b>Title</b>',
  content: 'one\ntwo\n\nthree',
  date_posted: Date.UTC(2026, 2, 7) * 1000,
  user_id: 3,
  username: 'Ada & Co',
  picture_key: null,
  format: 'text',
  audience: 'blog',
  tags: [],
  state: 'published',
  version: 1,
  edited_at: null,
  shown: render('one\ntwo\n\nthree', 'text'),
};
const ACTIVE = { role: 'member', state: 'active' } as const;
/** The same in a list. */
export const listed: ListedPost = {
  ...post,
  teaser: 'one\ntwo\nthree',
  cut: false,
  words: 3,
  picture: null,
};
/** Its author. */
export const ada = { id: 3, username: 'Ada & Co', picture_key: null, ...ACTIVE };
