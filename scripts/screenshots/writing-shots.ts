import {
  failPreview,
  fill,
  offline,
  openDialog,
  preview,
  send,
  sendSignedOut,
  writeAndReturn,
  writeMarkdown,
} from './acts.ts';
import type { Shot } from './shot.ts';
import type { Sites } from './sites.ts';

const OWN = 'Open day: thank you';
const SOME = { title: 'From the train', content: 'Written where the line comes and goes.' };

/** Writing, and what has been written. */
export function writing({ postPath, revised }: Sites): Shot[] {
  const own = postPath(OWN);
  const tooMuch = fill({ title: 'A title that never ends '.repeat(5), content: '' }, 'Publish');
  const as = 'author';
  return [
    { name: 'post-new', path: '/posts/new', as },
    { name: 'post-new-errors', path: '/posts/new', as, act: tooMuch },
    { name: 'post-new-offline', path: '/posts/new', as, act: offline(fill(SOME, 'Publish')) },
    { name: 'post-new-draft', path: '/posts/new', as, act: writeAndReturn(SOME) },
    {
      name: 'post-session-ended',
      path: `${own}/edit`,
      as,
      act: sendSignedOut(SOME, 'Publish'),
    },
    { name: 'post-edit', path: `${own}/edit`, as },
    { name: 'post-preview', path: `${own}/edit`, as, act: preview },
    { name: 'post-preview-no-scripts', path: `${own}/edit`, as, act: preview, scripts: false },
    { name: 'post-preview-failed', path: `${own}/edit`, as, act: failPreview },
    { name: 'drafts', path: '/drafts', as },
    { name: 'post-markdown', path: '/posts/new', as, act: writeMarkdown },
    { name: 'help-writing', path: '/help/writing' },
    { name: 'follow', path: '/follow' },
    { name: 'notices', path: '/notices', as },
    { name: 'account-feeds', path: '/account/feeds', as },
    { name: 'account-feeds-made', path: '/account/feeds', as, act: send('Make the addresses') },
    { name: 'account-feeds-there', path: '/account/feeds', as },
    { name: 'account-feeds-ended', path: '/account/feeds', as, act: send('End the addresses') },
    { name: 'post-delete-dialog', path: own, as, act: openDialog('Delete Post'), screen: true },
    { name: 'post-delete-page', path: `${own}/delete`, as },
    { name: 'post-unpublish-dialog', path: own, as, act: openDialog('Unpublish'), screen: true },
    { name: 'post-unpublish-page', path: `${own}/unpublish`, as },
    { name: 'post-revised', path: revised.post, as },
    { name: 'history', path: `${revised.post}/history`, as },
    { name: 'history-change', path: revised.change, as },
    { name: 'history-earlier', path: revised.earlier, as },
  ];
}
