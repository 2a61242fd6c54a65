import { compareTwoVersions, fill, openLater, saveInTwoTabs } from './acts.ts';
import type { Shot } from './shot.ts';
import { NEWCOMER, type Sites } from './sites.ts';

/** What belongs to a group: people, its own pages, and a blog for members only. */
export function group({ group: { join }, ownerPath, personPath }: Sites): Shot[] {
  const site = 'members';
  const renamed = fill({ name: 'garden' }, 'Rename');
  const wrong = { username: 'Ada Keller', email: 'wanda@nowhere', password: 'short' };
  return [
    { name: 'tags', path: '/tags' },
    { name: 'tags-empty', path: '/tags', site: 'first' },
    { name: 'tag', path: '/tags/rowing' },
    { name: 'tag-follow', path: '/tags/rowing/follow' },
    { name: 'tag-edit', path: '/tags/rowing/edit', as: 'owner' },
    { name: 'tag-edit-refused', path: '/tags/rowing/edit', as: 'owner', act: renamed },
    { name: 'archive', path: '/archive' },
    {
      name: 'archive-month',
      path: `/archive/${new Date().toISOString().slice(0, 7).replace('-', '/')}`,
    },
    { name: 'archive-empty', path: '/archive', site: 'empty' },
    { name: 'person-follow', path: personPath('Ingrid Solheim').replace('/posts', '/follow') },
    { name: 'about', path: '/about' },
    { name: 'join', path: join },
    { name: 'join-errors', path: join, act: fill(wrong, 'Register') },
    { name: 'join-signed-in', path: join, as: 'author' },
    { name: 'join-dead', path: '/join/used' },
    { name: 'owner-link', path: ownerPath, site: 'empty' },
    { name: 'owner-link-dead', path: '/owner/used' },
    { name: 'members-wall', path: '/', site },
    { name: 'members-register', path: '/register', site },
    { name: 'members-first-steps', path: '/', site, as: 'founder' },
    { name: 'members-waiting', path: '/waiting', site, as: 'applicant' },
    { name: 'members-not-yet', path: '/', site, as: 'applicant' },
    { name: 'members-notices-empty', path: '/notices', site, as: 'applicant' },
    { name: 'members-drafts-empty', path: '/drafts', site, as: 'founder' },
  ];
}

/** What those who run a blog see. */
export function admin({ group: { suspended, hidden, reported }, newcomerId }: Sites): Shot[] {
  const as = 'owner';
  const person = `/admin/people/${newcomerId}`;
  const empty = { site: 'members', as: 'founder' } as const;
  return [
    { name: 'admin', path: '/admin', as },
    { name: 'admin-people', path: '/admin/people', as },
    { name: 'admin-people-found', path: '/admin/people?find=Mar', as },
    { name: 'admin-people-none', path: '/admin/people?find=zeppelin', as },
    { name: 'admin-person', path: person, as },
    { name: 'admin-person-suspended', path: suspended, as },
    {
      name: 'admin-person-refused',
      path: person,
      as,
      act: fill({ reason: '' }, `Suspend ${NEWCOMER}`),
    },
    { name: 'admin-person-delete', path: `${person}/delete`, as },
    { name: 'admin-waiting', path: '/admin/waiting', as },
    { name: 'admin-reports', path: '/admin/reports', as },
    { name: 'admin-reports-empty', path: '/admin/reports', ...empty },
    { name: 'admin-invitations', path: '/admin/invitations', as },
    { name: 'admin-invitations-empty', path: '/admin/invitations', ...empty },
    { name: 'admin-log', path: '/admin/log', as },
    { name: 'admin-log-empty', path: '/admin/log', ...empty },
    { name: 'admin-settings', path: '/admin/settings', as },
    { name: 'admin-logo-remove', path: '/admin/settings/logo/delete', as },
    { name: 'admin-refused', path: '/admin', as: 'author' },
    { name: 'notices-owner', path: '/notices', as },
    { name: 'post-of-another', path: reported, as },
    { name: 'post-hidden', path: hidden, as },
    { name: 'post-moderate', path: `${reported}/moderate`, as },
    { name: 'post-moderate-delete', path: `${reported}/moderate/delete`, as },
    { name: 'post-correct', path: `${reported}/correct`, as },
    { name: 'post-report', path: `${reported}/report`, as: 'author' },
  ];
}

/** Drafts, and what becomes of them. */
export function drafts({ drafts: { draft, shared } }: Sites): Shot[] {
  const as = 'author';
  return [
    { name: 'draft', path: draft, as },
    { name: 'draft-share', path: `${draft}/share`, as },
    { name: 'draft-shared', path: shared },
    { name: 'draft-shared-dead', path: '/drafts/shared/ended' },
    { name: 'draft-delete', path: `${draft}/delete`, as },
    { name: 'draft-history', path: `${draft}/history`, as },
    { name: 'draft-publish-later', path: draft, as, act: openLater },
    { name: 'draft-saved-elsewhere', path: draft, as, act: saveInTwoTabs },
    { name: 'draft-two-versions', path: draft, as, act: compareTwoVersions },
  ];
}
