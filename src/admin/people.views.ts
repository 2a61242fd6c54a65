import { can } from '../auth/policy.ts';
import type { Role } from '../db/schema.ts';
import { avatar } from '../views/faces/avatar.ts';
import { date, dateAndTime } from '../views/date.ts';
import {
  addressField,
  checkbox,
  EMPTY,
  field,
  form,
  select,
  textArea,
  type Form,
} from '../views/form.ts';
import { href } from '../views/href.ts';
import { html, type Html } from '../views/html.ts';
import type { Page } from '../views/layout.ts';
import { adminPage } from './admin.views.ts';
import type { Belongings, PersonRow } from './people.service.ts';

const ROLES: Record<Role, string> = {
  reader: 'Reader: reads',
  member: 'Member: writes',
  editor: 'Editor: moderates',
  owner: 'Owner: runs the blog',
};

/** For how long one may be suspended; days, or '' for good. */
export const SUSPENSIONS: Record<string, string> = {
  '1': '1 day',
  '7': '7 days',
  '30': '30 days',
  '365': '365 days',
  '': 'For good',
};

/** A page of people; with `find`, those whose name begins so. */
export function peoplePage(
  page: Page,
  { people, next, find }: { people: PersonRow[]; next: number | undefined; find: string },
): Html {
  const more = html`<nav class="pager" aria-label="More people"><a class="btn btn-plain" rel="next" href="${href(page, `/admin/people?before=${next}`)}">Older accounts</a></nav>`;
  return adminPage(
    page,
    'People',
    html`<form class="find" role="search" aria-label="People" action="${href(page, '/admin/people')}"><label class="form-label" for="find">Name begins with</label>
<div><input class="form-control" id="find" name="find" type="search" value="${find}" autocomplete="off"><button class="btn btn-plain">Find</button></div></form>
${people.length === 0 ? html`<p class="nobody">Nobody has a name like that.</p>` : html`<ul class="people">${people.map((one) => row(page, one))}</ul>`}
${next !== undefined && more}`,
  );
}

/** Those who wait for approval. */
export function waitingPeoplePage(page: Page, people: PersonRow[]): Html {
  const rows = people.map(
    (one) =>
      html`${row(
        page,
        one,
        html`<form method="post" action="${href(page, `/admin/people/${one.id}/approve`)}"><button class="btn btn-plain btn-small">Approve <bdi>${one.username}</bdi></button></form>`,
      )}`,
  );
  return adminPage(
    page,
    'Waiting',
    people.length === 0
      ? html`<p>Nobody is waiting for approval.</p>`
      : html`<ul class="people">${rows}</ul>`,
  );
}

function row(page: Page, person: PersonRow, action?: Html): Html {
  const { id, username, role, state, created_at, last_seen_at } = person;
  const face = avatar(person, { size: 40, mediaBase: page.mediaBase, lazy: true });
  const declined = state === 'waiting' && person.state_reason !== null;
  return html`<li>${face}<div><a href="${href(page, `/admin/people/${id}`)}"><bdi>${username}</bdi></a>
<p class="meta">${role}${state !== 'active' && html`, <strong>${declined ? 'declined' : state}</strong>`}, since ${date(created_at)}${last_seen_at !== null && html`, seen ${date(last_seen_at)}`}</p></div>${action}</li>`;
}

/** One of the forms of a person's page that was refused. */
export interface Refused {
  form: 'role' | 'suspend' | 'decline' | 'other';
  state: Form;
}

/** A person, and what the viewer may do about the account. `link`: a reset link that was just made. */
export function personAdminPage(
  page: Page,
  person: PersonRow,
  { refused, link }: { refused?: Refused | undefined; link?: string | undefined } = {},
): Html {
  const { id, username, role, state } = person;
  const account = { kind: 'account', id, role } as const;
  const may = (action: 'suspend' | 'remove' | 'change-role' | 'reset-password') =>
    can(page.viewer, action, account);
  const stateOf = (name: Refused['form']) => (refused?.form === name ? refused.state : EMPTY);
  const path = (action: string) => href(page, `/admin/people/${id}/${action}`);
  return adminPage(
    page,
    username,
    html`${refused?.form === 'other' && html`<div class="alert alert-danger" role="alert">${refused.state.summary}</div>`}
${link !== undefined && handedOver(link, username)}
<div class="person-head">${avatar(person, { size: 64, mediaBase: page.mediaBase })}<div><p class="meta">${role}, here since ${date(person.created_at)}${person.last_seen_at !== null && html`, last seen ${date(person.last_seen_at)}`}</p>
<p><a href="${href(page, `/users/${id}/posts`)}">Posts by <bdi>${username}</bdi></a></p></div></div>
${stateNote(person)}
${state === 'waiting' && approval(page, person, stateOf('decline'))}
${may('change-role') && roleForm(path('role'), person, stateOf('role'))}
${may('suspend') && state === 'active' && suspendForm(path('suspend'), person, stateOf('suspend'))}
${may('suspend') && state === 'suspended' && section('Suspension', html`<form method="post" action="${path('restore')}"><button class="btn btn-primary">End the suspension of <bdi>${username}</bdi></button></form>`)}
${may('reset-password') && section('Password', html`<p>For somebody who forgot the password, make a link that sets a new one, and hand it over. It works once. The log notes it, and <bdi>${username}</bdi> is told.</p><form method="post" action="${path('reset-link')}"><button class="btn btn-plain">Make a reset link for <bdi>${username}</bdi></button></form>`)}
${may('remove') && section('Delete', html`<p>Deletes the account. You choose whether the posts are deleted too, or become somebody else’s.</p><a class="btn btn-danger" href="${path('delete')}">Delete <bdi>${username}</bdi></a>`)}`,
  );
}

function handedOver(link: string, username: string): Html {
  return html`<div class="alert alert-note" role="status">Give this link to <bdi>${username}</bdi>. It is shown only here, and only now.</div>${addressField('link', 'Reset link', link, true)}`;
}

function stateNote({
  state,
  suspended_until: until,
  state_reason: reason,
}: PersonRow): Html | null {
  if (state === 'active') return null;
  const what =
    state === 'suspended'
      ? html`Suspended ${until === null ? 'for good' : html`until ${dateAndTime(until)}`}.`
      : html`${reason === null ? 'Waits for approval.' : 'Was not approved.'}`;
  return html`<div class="alert alert-note"><p>${what}${reason !== null && html` The reason: ${reason}`}</p></div>`;
}

function approval(page: Page, { id, username }: PersonRow, state: Form): Html {
  const path = (action: string) => href(page, `/admin/people/${id}/${action}`);
  const body = html`${textArea(state, { name: 'reason', id: 'decline-reason', label: 'Why not', rows: 2, max: 500, note: 'They read this when they log in.' })}
<div class="actions"><button class="btn btn-danger">Decline <bdi>${username}</bdi></button></div>`;
  return section(
    'Approval',
    html`<form method="post" action="${path('approve')}"><button class="btn btn-primary">Approve <bdi>${username}</bdi></button></form>
${form(state, path('decline'), body)}`,
  );
}

function roleForm(action: string, { role, username }: PersonRow, state: Form): Html {
  const values = { role, ...state.values };
  const body = html`${select({ ...state, values }, { name: 'role', label: 'Role', options: ROLES })}
<div class="actions"><button class="btn btn-primary">Change the role of <bdi>${username}</bdi></button></div>`;
  return section('Role', form(state, action, body));
}

function suspendForm(action: string, { username }: PersonRow, state: Form): Html {
  const body = html`<p>A suspended person is signed out and cannot log in.</p>
${select(state, { name: 'days', label: 'For how long', options: SUSPENSIONS })}
${textArea(state, { name: 'reason', label: 'Reason', rows: 2, max: 500, note: 'They read this when they try to log in.' })}
${checkbox(state, { name: 'hide-posts', label: 'Hide their posts meanwhile. They come back when the suspension ends.' })}
<div class="actions"><button class="btn btn-danger">Suspend <bdi>${username}</bdi></button></div>`;
  return section('Suspend', form(state, action, body));
}

function section(title: string, body: Html): Html {
  return html`<section class="card"><h2>${title}</h2><div>${body}</div></section>`;
}

/** What happens to an account that is deleted: two forms, of which one may have been refused. */
export function deletePersonPage(
  page: Page,
  { id, username }: PersonRow,
  { has, refused }: { has: Belongings; refused?: { form: 'all' | 'hand-over'; state: Form } },
): Html {
  const path = (action: string) => href(page, `/admin/people/${id}/${action}`);
  const stateOf = (name: 'all' | 'hand-over') => (refused?.form === name ? refused.state : EMPTY);
  const amounts = [
    amount(has.posts, 'post'),
    amount(has.comments, 'comment'),
    amount(has.drafts, 'draft'),
    amount(has.pictures, 'picture'),
  ];
  const name = html`<bdi>${username}</bdi>`;
  const all = html`<p>This will be gone for good: the account ${name}, ${amounts.join(', ')}, and the profile picture. This action cannot be undone.</p>
<div class="actions"><button class="btn btn-danger-solid">Delete everything of ${name}</button></div>`;
  const over = html`<p>The published posts become somebody else’s, with their pictures and their history. The account, the drafts, the comments and all other pictures will be gone for good.</p>
${field(stateOf('hand-over'), { name: 'to', label: 'Username of who gets the posts', type: 'text', autocomplete: 'off' })}
<div class="actions"><button class="btn btn-danger">Hand over the posts, and delete the account of ${name}</button></div>`;
  return adminPage(
    page,
    `Delete ${username}?`,
    html`${section('Delete everything', form(stateOf('all'), path('delete'), all))}
${section('Hand over the posts', form(stateOf('hand-over'), path('hand-over'), over))}
<div class="card"><a class="btn btn-plain" href="${href(page, `/admin/people/${id}`)}">Cancel</a></div>`,
  );
}

const amount = (count: number, what: string): string =>
  count === 1 ? `1 ${what}` : `${count.toLocaleString('en')} ${what}s`;
