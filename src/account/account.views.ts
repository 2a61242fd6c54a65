import { askDialog, askLink, askPage, type Question } from '../views/confirm.ts';
import { dateAndTime } from '../views/date.ts';
import { checkbox, EMPTY, field, form, textArea, type Form } from '../views/form.ts';
import { href } from '../views/href.ts';
import { html, type Html } from '../views/html.ts';
import { layout, type Page } from '../views/layout.ts';
import { BIO_MAX } from '../profiles/profiles.service.ts';
import { EMAIL_MAX, USERNAME_MAX } from '../users/user.ts';
import { newPasswordFields } from './password-fields.views.ts';
import { pictureSection, type PictureLimits } from './picture.views.ts';
import { sessionsSection, type SessionView } from './sessions.views.ts';

/** The owner of the account. */
export interface Owner {
  id: number;
  username: string;
  picture_key: string | null;
  email: string;
  postCount: number;
  /** Whether this person is the only owner of the blog. */
  onlyOwner: boolean;
}

/** What the account page shows. A refused form comes back with what was typed. */
export interface AccountView {
  owner: Owner;
  limits: PictureLimits;
  sessions: readonly SessionView[];
  /** `values` are the stored username, e-mail and bio unless this form was refused. */
  profile: Form;
  password: Form;
  pictureError?: string;
  /** The address that waits to be confirmed, and until when (microseconds). */
  pendingEmail?: { email: string; expires_at: number } | undefined;
}

/** The account page. */
export function accountPage(page: Page, account: AccountView): Html {
  const { owner, limits, sessions } = account;
  return layout(
    page,
    html`<header class="account-head"><h1>Account</h1>
<p class="meta"><a href="${href(page, `/users/${owner.id}/posts`)}">Your posts (${owner.postCount})</a></p></header>
${pictureSection(page, owner, limits, account.pictureError)}
${profileSection(page, account)}
${passwordSection(page, account.password, owner)}
${sessionsSection(page, sessions)}
${feedsSection(page)}
${downloadSection(page)}
${dangerZone(page, owner)}`,
  );
}

/** The page that asks before an account is deleted. */
export function deleteAccountPage(page: Page, owner: Owner, state: Form): Html {
  return layout(page, askPage(deleteQuestion(page, owner, state)));
}

function profileSection(page: Page, { owner, profile: state, pendingEmail }: AccountView): Html {
  const body = html`${field(state, { name: 'username', label: 'Username', type: 'text', autocomplete: 'nickname', max: USERNAME_MAX })}
${field(state, { name: 'email', label: 'Email', type: 'email', autocomplete: 'email', max: EMAIL_MAX })}
${textArea(state, { name: 'bio', label: 'About You', rows: 3, optional: true, max: BIO_MAX, note: `Shown above your posts, in Markdown. At most ${BIO_MAX} characters.` })}
<div data-when-changed="email" data-stored="${owner.email}"${state.values['email'] === owner.email && html` data-unchanged`}>
${field(state, { name: 'current_password', id: 'profile_password', label: 'Current Password', type: 'password', autocomplete: 'current-password', optional: true, note: 'Needed only to change the email.' })}
</div>
<div class="actions"><button class="btn btn-primary">Update Profile</button></div>`;
  return html`<section class="card" aria-labelledby="profile-title">
<h2 id="profile-title">Update Profile</h2>
${pendingEmail && pendingNote(page, pendingEmail)}
${form(state, href(page, '/account'), body)}
</section>`;
}

function pendingNote(page: Page, pending: { email: string; expires_at: number }): Html {
  const until = dateAndTime(pending.expires_at);
  return html`<div class="alert alert-note"><p>A link was mailed to <strong>${pending.email}</strong>. Your email changes once you open it and confirm, until ${until}. Nothing came? Change it again for another link.</p>
<form method="post" action="${href(page, '/account/email/cancel')}" data-send><div class="actions"><button class="btn btn-plain btn-small">Keep the old email</button></div></form></div>`;
}

function passwordSection(page: Page, state: Form, { email }: Owner): Html {
  // Without a name, so never sent: it tells password managers whose password this is.
  const body = html`<input type="text" autocomplete="username" value="${email}" readonly hidden>
${field(state, { name: 'current_password', label: 'Current Password', type: 'password', autocomplete: 'current-password' })}
${newPasswordFields(state, { name: 'new_password', label: 'New Password' })}
<div class="actions"><button class="btn btn-primary">Change Password</button></div>`;
  return html`<section class="card" aria-labelledby="password-title">
<h2 id="password-title">Change Password</h2>
${form(state, href(page, '/account/password'), body)}
</section>`;
}

function feedsSection(page: Page): Html {
  return html`<section class="card" aria-labelledby="feeds-title">
<h2 id="feeds-title">Your Feeds</h2>
<p>For your feed reader: all that you may read here, and your notices.</p>
<div class="actions"><a class="btn btn-plain" href="${href(page, '/account/feeds')}">Your feeds</a></div>
</section>`;
}

/** Without data-send: the answer is a file for the browser to save. */
function downloadSection(page: Page): Html {
  return html`<section class="card" aria-labelledby="download-title">
<h2 id="download-title">Your Data</h2>
<p>Everything you have here in one zip file: your profile, your posts with their earlier versions and your drafts, your comments, your picture, your notices, and where you are signed in.</p>
<form method="post" action="${href(page, '/account/download')}"><div class="actions"><button class="btn btn-plain">Download my data</button></div></form>
</section>`;
}

function dangerZone(page: Page, owner: Owner): Html {
  const question = deleteQuestion(page, owner, EMPTY);
  return html`<section class="card card-danger" aria-labelledby="danger-title">
<h2 id="danger-title">Danger Zone</h2>
<p>Once you delete your account, there is no going back. All your posts will also be deleted.</p>
<div class="actions">${askLink(question, 'Delete Account')}</div>
${askDialog(question)}
</section>`;
}

function deleteQuestion(page: Page, owner: Owner, state: Form): Question {
  const password = {
    name: 'current_password',
    id: 'delete_password',
    label: 'Current Password',
    type: 'password',
    autocomplete: 'current-password',
  } as const;
  return {
    id: 'delete-account',
    title: 'Delete Account?',
    text: html`<p>This will be gone for good:</p>
<ul><li>the account <strong><bdi>${owner.username}</bdi></strong> (${owner.email})</li>${belongings(owner).map((what) => html`<li>${what}</li>`)}</ul>
<p>This action cannot be undone.</p>`,
    action: href(page, '/account/delete'),
    yes: 'Delete Account',
    back: href(page, '/account'),
    asked: {
      state,
      fields: html`${owner.onlyOwner && successorFields(state)}${field(state, password)}`,
    },
  };
}

function successorFields(state: Form): Html {
  return html`${field(state, { name: 'successor', label: 'New owner', type: 'text', autocomplete: 'off', optional: true, note: 'You are the only owner of this blog. The username of the member who becomes one.' })}
${checkbox(state, { name: 'no_owner', label: 'Leave the blog without an owner, until its host names a new one' })}`;
}

function belongings({ postCount, picture_key }: Owner): string[] {
  const posts = postCount === 1 ? 'your 1 post' : `all your ${postCount} posts`;
  return [
    ...(postCount > 0 ? [posts] : []),
    ...(picture_key === null ? [] : ['your profile picture']),
    'the text of your comments',
    'every place where you are signed in',
  ];
}
