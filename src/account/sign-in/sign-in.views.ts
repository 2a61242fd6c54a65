import type { Config } from '../../config.ts';
import type { UserRow } from '../../db/schema.ts';
import { dateAndTimeText } from '../../views/date.ts';
import { field, form, type Form } from '../../views/form.ts';
import { href } from '../../views/href.ts';
import { html, type Html } from '../../views/html.ts';
import { layout, type Page } from '../../views/layout.ts';
import { EMAIL_MAX, USERNAME_MAX } from '../../users/user.ts';
import { newPasswordFields } from '../password-fields.views.ts';

/**
 * The login form; `values.next` is the page after it, already checked to be one of ours. `focused`:
 * the first empty field gets the focus, because another form has led here.
 */
export function loginPage(page: Page, state: Form, { focused = false } = {}): Html {
  const known = state.values['username'] !== undefined;
  const body = html`${HIDDEN.map((name) => hidden(name, state.values[name]))}
${field(state, { name: 'username', label: 'Email', type: 'email', autocomplete: 'username', focus: focused && !known })}
${field(state, { name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', focus: focused && known })}
<div class="actions"><button class="btn btn-primary">Login</button><a href="${href(page, '/forgot-password')}">Forgot password?</a></div>`;
  const register = page.registrationOpen
    ? html`<p class="aside">No account yet? <a href="${href(page, '/register')}">Register</a></p>`
    : html`<p class="aside">To get an account, ask whoever runs this site.</p>`;
  const why = page.closed === true && html`<p class="lead">This blog is for its members.</p>`;
  return layout(
    page,
    narrow('Login', html`${why}${form(state, href(page, '/login'), body)}${register}`),
  );
}

/** The page to go to, and what was written before the session ended. */
const HIDDEN = [
  'next',
  'title',
  'content',
  'format',
  'audience',
  'tags',
  'version',
  'form_key',
  'draft',
  'draft_version',
  'publish_date',
  'publish_time',
  'publish_zone',
  'over',
  'do',
  'parent_id',
  'about',
];

function hidden(name: string, value: string | undefined): Html | null {
  return value === undefined ? null : html`<input type="hidden" name="${name}" value="${value}">`;
}

/** How a registration differs from the usual one. */
interface Registration {
  /** The heading, if not "Register". */
  h1?: string;
  /** Said above the form. */
  lead: string;
  /** What the button says, if not "Register". */
  button?: string;
  /** Where the form is posted, if not to `/register`; with the base path, as is `next`. */
  action?: string;
  /** Where somebody who already has an account goes after the login. */
  next?: string;
}

/** The registration form. */
export function registerPage(page: Page, state: Form, of?: Registration): Html {
  // The e-mail is the login name, so password managers must store it as the user name.
  const body = html`${field(state, { name: 'username', label: 'Username', type: 'text', autocomplete: 'nickname', max: USERNAME_MAX, note: `Shown beside your posts. Up to ${USERNAME_MAX} characters.` })}
${field(state, { name: 'email', label: 'Email', type: 'email', autocomplete: 'username', max: EMAIL_MAX, note: 'To sign in with. Never shown to others.' })}
${newPasswordFields(state, { name: 'password', label: 'Password' })}
<div class="actions"><button class="btn btn-primary">${of?.button ?? 'Register'}</button></div>`;
  const back = of?.next !== undefined ? `?next=${encodeURIComponent(of.next)}` : '';
  const login = html`<p class="aside">Already have an account? <a href="${href(page, `/login${back}`)}">Login</a></p>`;
  const lead = of && html`<p class="lead">${of.lead}</p>`;
  const filled = form(state, of?.action ?? href(page, '/register'), body);
  return layout(page, narrow(of?.h1 ?? 'Register', html`${lead}${filled}${login}`));
}

/** Shown at `/register` if one cannot register there. */
export function registrationClosedPage(page: Page, byInvitation: boolean): Html {
  const why = byInvitation
    ? 'New accounts need an invitation: open the link that somebody from this site has given you.'
    : 'Registration is closed. Accounts on this site are made by its host.';
  return layout(
    page,
    narrow(
      'Register',
      html`<p class="lead">${why}</p>
<p><a class="btn btn-primary" href="${href(page, '/login')}">Login</a></p>`,
    ),
  );
}

/** Why a suspended person cannot log in, in the words of whoever suspended the account. */
export function suspendedMessage(of: Pick<UserRow, 'suspended_until' | 'state_reason'>): string {
  const end = of.suspended_until;
  const until = end === null ? '' : ` until ${dateAndTimeText(end)}`;
  const reason = of.state_reason ? ` The reason: ${of.state_reason}` : '';
  return `Your account is suspended${until}.${reason}`;
}

function narrow(h1: string, body: Html): Html {
  return html`<div class="narrow"><h1>${h1}</h1>
${body}</div>`;
}

/**
 * Why a browser has no session after a login: over plain http, browsers drop the cookie of a site
 * with https.
 */
export function cookieRefused({ FRONTEND_URL: url }: Pick<Config, 'FRONTEND_URL'>): Html {
  const why = 'You are not logged in: this browser did not keep the session cookie.';
  return url.startsWith('https:')
    ? html`${why} Browsers keep it only at <a href="${url}/login">${url}</a>, so log in there. If that is where you are, allow cookies for this site.`
    : html`${why} Allow cookies for this site, then log in again.`;
}
