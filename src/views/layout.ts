import type { UserRow } from '../db/schema.ts';
import type { Accent } from '../settings/definitions.ts';
import type { Assets } from './assets.ts';
import { avatar, type Person } from './faces/avatar.ts';
import { PAPER } from './faces/colours.ts';
import { date } from './date.ts';
import { footer, type Foot } from './footer.ts';
import { href } from './href.ts';
import { attribute, html, type Child, type Html } from './html.ts';
import { previewTags, unlisted, type Preview } from './preview.ts';

/** Who looks at a page, and what their rights depend on. */
export type SignedIn = Person & Pick<UserRow, 'role' | 'state'>;

/** A feed that a page's head names. */
export interface FeedLink {
  /** without the base path */
  path: string;
  type: string;
  title: string;
}

/** The blog's logo; `width` and `height`: pixels of its file. */
interface Logo {
  src: string;
  width: number;
  height: number;
}

/** What the layout of every page needs. */
export interface Page extends Foot {
  /** Shown below the name; '' for none. */
  tagline?: string;
  /** The colour of links and buttons; the default one if absent. */
  accent?: Accent | undefined;
  /** Shown instead of the name at the top. */
  logo?: Logo | undefined;
  /** Named by pages that have a preview. */
  feeds?: readonly FeedLink[];
  /** Shown after the site's name in the window's title. */
  title: string;
  /** For search engines and link previews; without it, the page is not to be indexed. */
  preview?: Preview;
  /** FRONTEND_URL, without a slash at the end; absolute URLs start with it. */
  publicUrl: string;
  /** Who looks at the page; null when signed out. */
  viewer: SignedIn | null;
  /** Whether they may write posts. */
  mayWrite: boolean;
  /** Whether they have drafts. */
  hasDrafts?: boolean;
  /** How many notices they have not read. */
  unreadNotices?: number;
  /** Whether they may see the pages below `/admin`. */
  mayModerate?: boolean;
  /** When an owner made a reset link for the viewer, who has not read that yet; microseconds. */
  resetLinkAt?: number | null | undefined;
  /** What was just done. */
  status?: string;
  /** What went wrong, if no form shows it. */
  error?: Child;
  /** Path and query of the request, without `basePath`, to return to after signing in. */
  path: string;
  assets: Assets;
  registrationOpen: boolean;
  mailEnabled: boolean;
  /** Base of media URLs: `/media`, or another address. */
  mediaBase: string;
}

/** Signing in on these pages leads to the home page, not back to them. */
const NO_RETURN = [
  '/',
  '/login',
  '/register',
  '/forgot-password',
  '/reset-password',
  '/confirm-email',
];

/** A whole document around `main`, which must hold the page's only h1. */
export function layout(page: Page, main: Html): Html {
  return html`<!doctype html>
<html lang="en"${attribute('data-accent', page.accent)}>
${head(page)}
<body${attribute('data-base', page.basePath || undefined)}${attribute('data-viewer', page.viewer?.id)}>
<a class="skip" href="#main">Skip to content</a>
<header class="top">
<p class="nameplate"><a href="${href(page, '/')}">${page.logo ? logo(page.logo, page.siteName) : page.siteName}</a></p>
${page.tagline && html`<p class="tagline">${page.tagline}</p>`}
${page.closed !== true && searchBox(page)}
<nav aria-label="Main"><ul>${page.viewer ? signedIn(page, page.viewer) : signedOut(page)}</ul>${page.viewer ? menu(page) : themeChoice}</nav>
</header>
<main id="main" tabindex="-1">
<div class="alert alert-success" role="status" id="status">${page.status}</div>
${page.error !== undefined && html`<div class="alert alert-danger" role="alert">${page.error}</div>`}
${page.resetLinkAt != null && resetNote(page, page.resetLinkAt)}
${main}
</main>
${footer(page)}
</body>
</html>
`;
}

function resetNote(page: Page, at: number): Html {
  return html`<div class="alert alert-note reset-note"><p>An owner made a reset link for your account on ${date(at)}. Whoever had the link could set your password. If you did not ask for it, <a href="${href(page, '/account')}">change your password</a>.</p>
<form method="post" action="${href(page, '/account/reset-note')}"><input type="hidden" name="next" value="${page.path}"><button class="btn btn-plain btn-small">I have read this</button></form></div>`;
}

function logo({ src, width, height }: Logo, name: string): Html {
  return html`<img class="logo" src="${src}" width="${width}" height="${height}" alt="${name}">`;
}

/** The search field; on a page of results it holds the query. */
function searchBox(page: Page): Html {
  const [path, query] = page.path.split(/\?(.*)/s, 2);
  const given = path === '/search' ? (new URLSearchParams(query).get('q') ?? '') : '';
  return html`<form class="search" role="search" action="${href(page, '/search')}"><label class="visually-hidden" for="search">Search</label><input class="form-control" id="search" type="search" name="q" maxlength="200" autocomplete="off" enterkeyhint="search" placeholder="Search" value="${given}"><button><svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true"><circle cx="7.5" cy="7.5" r="5.5"/><path d="m12 12 4.5 4.5"/></svg><span class="visually-hidden">Search</span></button></form>`;
}

function head(page: Page): Html {
  const { siteName, title, preview, assets } = page;
  return html`<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
<title>${siteName} - ${title}</title>
${preview ? html`${previewTags(page, preview)}${feedTags(page)}` : unlisted}
<meta name="color-scheme" content="light dark">
${Object.entries(PAPER).map(([theme, paper]) => html`<meta name="theme-color" content="${paper}" media="(prefers-color-scheme: ${theme})" data-of="${theme}">`)}
<link rel="preload" href="${assets.font}" as="font" type="font/woff2" crossorigin>
${assets.css.map((url) => html`<link rel="stylesheet" href="${url}">`)}
<script src="${assets.theme}"></script>
${assets.js.map((url) => html`<script type="module" src="${url}"></script>`)}
<link rel="icon" href="${href(page, '/favicon.ico')}" sizes="32x32">
<link rel="icon" href="${href(page, '/static/favicon.svg')}" type="image/svg+xml">
<link rel="apple-touch-icon" href="${href(page, '/static/apple-touch-icon.png')}">
<link rel="manifest" href="${href(page, '/manifest.webmanifest')}">
</head>`;
}

function feedTags(page: Page): Html[] {
  return (page.feeds ?? []).map(
    ({ path, type, title }) =>
      html`\n<link rel="alternate" type="${type}" title="${title}" href="${href(page, path)}">`,
  );
}

function signedIn(page: Page, viewer: SignedIn): Html {
  const face = avatar(viewer, { size: 28, mediaBase: page.mediaBase });
  return html`${page.mayWrite && html`<li class="writing">${link(page, '/posts/new', 'New Post')}${page.hasDrafts === true && html`<a class="dot" href="${href(page, '/drafts')}" title="Drafts"${current(page, '/drafts')}><span class="visually-hidden">Drafts</span></a>`}</li>`}${page.closed !== true && notices(page)}${viewer.state === 'waiting' && html`<li>${link(page, '/waiting', 'Waiting')}</li>`}<li><a class="me" href="${href(page, '/account')}"${current(page, '/account')}>${face}<bdi>${viewer.username}</bdi></a></li>`;
}

/** Above this many, no exact number is shown. */
const COUNT_MAX = 99;

function notices(page: Page): Html {
  const unread = page.unreadNotices ?? 0;
  const shown = unread > COUNT_MAX ? `${COUNT_MAX}+` : String(unread);
  return html`<li><a class="bell" href="${href(page, '/notices')}" title="Notices"${current(page, '/notices')}><svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true"><path d="M3 13.5h12l-1.5-2.5V7.5a4.5 4.5 0 0 0-9 0V11zM7.5 15.5a1.5 1.5 0 0 0 3 0"/></svg><span class="visually-hidden">Notices</span>${unread > 0 && html`<span class="count">${shown}<span class="visually-hidden"> unread</span></span>`}</a></li>`;
}

/** Links that do not fit on a phone. On wider pages the style sheet shows them in the navigation line. */
function menu(page: Page): Html {
  return html`<details class="menu"><summary><svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true"><path d="M2 5h16M2 10h16M2 15h16"/></svg><span class="visually-hidden">Menu</span></summary><div>${page.mayModerate && link(page, '/admin', 'Admin')}${logOut(page)}${themeChoice}</div></details>`;
}

function logOut(page: Page): Html {
  return html`<form class="log-out" method="post" action="${href(page, '/logout')}" data-log-out="${page.viewer?.id}"><button>Log out</button></form>`;
}

function signedOut(page: Page): Html {
  const query = NO_RETURN.includes(page.path.replace(/\?.*/s, ''))
    ? ''
    : `?next=${encodeURIComponent(href(page, page.path))}`;
  return html`<li><a href="${href(page, `/login${query}`)}"${current(page, '/login')}>Login</a></li>${page.registrationOpen && html`<li>${link(page, '/register', 'Register')}</li>`}`;
}

function link(page: Page, path: string, text: string): Html {
  return html`<a href="${href(page, path)}"${current(page, path)}>${text}</a>`;
}

function current(page: Page, path: string): Html | null {
  return attribute('aria-current', page.path.replace(/\?.*/s, '') === path ? 'page' : undefined);
}

/** Shown by the theme script, because only a script can store the choice. */
const themeChoice = html`<label class="theme scripts-only"><svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M8 1.5a6.5 6.5 0 0 1 0 13z" fill="currentColor"/></svg><span>Theme</span><select id="theme" autocomplete="off"><option value="auto">Auto</option><option value="light">Light</option><option value="dark">Dark</option></select></label>`;
