import type { ShownPost } from '../../src/posts/post.ts';
import { render } from '../../src/text/render.ts';
import type { Form } from '../../src/views/form.ts';
import type { Page } from '../../src/views/layout.ts';

/** Used for every text that people can write: unescaped, it would close a tag or an attribute. */
export const HOSTILE = `</p></textarea></title><img src=x onerror=alert(1)>" ' & \u0000 ${'x'.repeat(2100)}`;

const ACTIVE = { role: 'member', state: 'active' } as const;
export const viewer = { id: 1, username: HOSTILE, picture_key: 'a'.repeat(32), ...ACTIVE };
export const page: Page = {
  siteName: HOSTILE,
  title: HOSTILE,
  viewer,
  mayWrite: true,
  status: HOSTILE,
  error: HOSTILE,
  path: `/?x=${HOSTILE}`,
  assets: { css: ['/c.css'], js: ['/m.js'], font: '/f.woff2', theme: '/t.js' },
  basePath: '',
  publicUrl: 'https://blog.example',
  registrationOpen: true,
  mailEnabled: false,
  mediaBase: 'https://cdn.example.org',
};
export const person = {
  ...viewer,
  state: 'waiting',
  created_at: 0,
  last_seen_at: 0,
  suspended_until: 0,
  state_reason: HOSTILE,
} as const;
export const invited = {
  id: 1,
  token_hash: '',
  made_by: 1,
  maker: HOSTILE,
  role: 'member',
  note: HOSTILE,
  uses_left: 2,
  created_at: 0,
  expires_at: 0,
  mailed_to: null,
  mailed_hash: null,
  revoked_at: null,
  state: 'open',
} as const;
export const entry = {
  id: 1,
  actor_id: 1,
  actor: HOSTILE,
  user_id: 2,
  person: HOSTILE,
  receiver: HOSTILE,
  action: 'suspended',
  to_user_id: null,
  post_id: 3,
  post_title: HOSTILE,
  comment_id: null,
  reason: HOSTILE,
  created_at: 0,
} as const;
export const out: Page = { ...page, viewer: null };
export const post = {
  title: HOSTILE,
  content: HOSTILE,
  date_posted: 0,
  username: HOSTILE,
  format: 'text' as const,
  state: 'published' as const,
  audience: 'blog' as const,
  tags: [HOSTILE],
  version: 1,
  edited_at: 1,
  shown: { ...render(HOSTILE, 'text'), shownPlain: 'deep' as const },
} satisfies Partial<ShownPost>;
export const posts = [
  { ...post, id: 5, user_id: 1, picture_key: viewer.picture_key },
  { ...post, id: 4, user_id: 2, picture_key: null },
] as const;
export const picture = { key: 'b'.repeat(32), width: 960, height: 640, alt: HOSTILE };
export const entries = [
  { ...posts[0], teaser: HOSTILE, cut: true, words: 300, picture },
  ...[4, 3, 2, 1].map((id) => ({
    ...posts[1],
    id,
    teaser: '',
    cut: false,
    words: 0,
    picture: null,
  })),
];
export const list = { posts: entries, total: 30, skip: 10, limit: 5, next: 'skip=15' };
const names = ['username', 'email', 'password', 'confirm_password', 'title', 'content', 'next'];
export const refused: Form = {
  values: Object.fromEntries([...names, 'form_key'].map((name) => [name, HOSTILE])),
  errors: Object.fromEntries([...names, 'current_password'].map((name) => [name, HOSTILE])),
  summary: HOSTILE,
};
export const draft = {
  id: 2,
  title: HOSTILE,
  post_id: 1,
  post_title: HOSTILE,
  post_state: 'published' as const,
  beginning: HOSTILE,
  updated_at: 0,
  publish_at: 0,
  publish_error: null,
  shared: 1,
};
export const draftRow = {
  ...draft,
  user_id: 1,
  content: HOSTILE,
  format: 'text',
  tags: JSON.stringify([HOSTILE]),
  audience: 'blog',
  version: 1,
  base_revision: null,
  share_hash: null,
  form_key: null,
  created_at: 0,
} as const;
export const owner = { ...viewer, email: HOSTILE, postCount: 2, onlyOwner: true };
const session = { id: HOSTILE, userAgent: HOSTILE, createdAt: 0, lastSeenAt: 0 };
export const account = {
  owner,
  limits: { bytes: 1, pixels: 1, size: HOSTILE },
  sessions: [
    { ...session, current: true },
    { ...session, current: false },
  ],
  profile: refused,
  password: refused,
  pictureError: HOSTILE,
  pendingEmail: { email: HOSTILE, expires_at: 0 },
};

const shownPicture = (id: number) => ({
  id,
  key: 'k',
  width: 3,
  height: 2,
  alt: HOSTILE,
  caption: HOSTILE,
});
export const composed = {
  ...refused,
  tray: {
    pictures: [shownPicture(1), shownPicture(2)],
    unused: [shownPicture(3)],
    limits: { bytes: 1, pixels: 1, size: HOSTILE },
    refused: [{ name: HOSTILE, why: HOSTILE }],
  },
};
export const logo = { src: HOSTILE, width: 2, height: 1 };
