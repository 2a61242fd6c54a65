import { fill, press } from './acts.ts';
import type { Shot } from './shot.ts';
import type { Sites } from './sites.ts';

/** Comments in every state, notices, and what editors do about them. */
export function talking({ talk: { paths, comments, middle } }: Sites): Shot[] {
  const site = 'talk';
  const [writer, editor, newcomer] = ['talker', 'talk-editor', 'talk-newcomer'] as const;
  const { busy, about, closed, quiet, long } = paths;
  const { own, other } = comments;
  const idOf = (path: string) => path.split('/').at(-1) ?? '';
  const reason = fill({ reason: 'x'.repeat(501) }, 'Hide');
  return [
    { name: 'comments', path: busy, site },
    { name: 'comments-signed-in', path: busy, site, as: writer },
    { name: 'comments-editor', path: busy, site, as: editor },
    { name: 'comments-paragraphs', path: about, site },
    { name: 'comments-paragraphs-signed-in', path: about, site, as: writer },
    { name: 'comments-waiting', path: quiet, site, as: newcomer },
    { name: 'comments-closed', path: closed, site },
    { name: 'comments-closed-own', path: closed, site, as: writer },
    { name: 'comments-later-page', path: middle, site },
    { name: 'comments-first-page', path: `${long}#comments`, site, screen: true },
    { name: 'comments-target', path: `${busy}#comment-${idOf(own)}`, site, screen: true },
    {
      name: 'comment-focus',
      path: `${busy}#comments`,
      site,
      as: writer,
      act: press('Tab', 3),
      screen: true,
    },
    { name: 'comment-reply', path: `${busy}/comments?reply=${idOf(own)}`, site, as: writer },
    { name: 'comment-reply-in-place', path: busy, site, as: writer, act: replyTo('jun') },
    { name: 'comment-no-scripts', path: busy, site, as: writer, scripts: false },
    { name: 'comment-edit', path: `${own}/edit`, site, as: writer },
    { name: 'comment-delete', path: `${own}/delete`, site, as: writer },
    { name: 'comment-hide', path: `${other}/hide`, site, as: writer },
    { name: 'comment-hide-refused', path: `${other}/hide`, site, as: writer, act: reason },
    { name: 'comment-remove', path: `${other}/remove`, site, as: editor },
    { name: 'comment-report', path: `${other}/report`, site, as: writer },
    { name: 'notices-every-kind', path: '/notices', site, as: editor },
    { name: 'notices-writer', path: '/notices', site, as: writer },
    { name: 'notices-none', path: '/notices', site, as: newcomer },
    { name: 'admin-comments', path: '/admin/comments', site, as: editor },
    { name: 'admin-reports-comment', path: '/admin/reports', site, as: editor },
  ];
}

/** Answers a comment in place. */
function replyTo(name: string): NonNullable<Shot['act']> {
  return async (page) => {
    await page.locator('html[data-ready]').waitFor({ state: 'attached' });
    await page
      .getByRole('link', { name: `Reply to ${name}` })
      .first()
      .click();
    await page.getByRole('textbox').fill('I come along.');
  };
}
