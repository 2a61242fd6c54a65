import { isBlank } from '../unicode/visible.ts';
import type { FoundNotice } from './reading.store.ts';

/** What a notice says: a name, if somebody did it, then words, then the title of the post, if it is about one. */
interface NoticeWords {
  name: string | null;
  words: string;
  title: string | null;
}

/** What a notice says, as its page and feed show it. */
export function noticeWords(notice: FoundNotice): NoticeWords {
  const { kind, comment_id, username, title } = notice;
  const ofComment = comment_id !== null;
  const words = {
    comment: 'commented on',
    reply: 'replied to your comment on',
    mention: 'mentioned you in a comment on',
    report: ofComment ? 'reported a comment on' : 'reported',
    waiting: ofComment ? 'wrote a comment that waits for approval, on' : 'waits for approval',
    published: 'Published at the time you set:',
  }[kind];
  const shown = title !== null && isBlank(title) ? 'Untitled' : title;
  return { name: kind === 'published' ? null : (username ?? 'Somebody'), words, title: shown };
}

/** The same as one line of text. */
export function noticeText(notice: FoundNotice): string {
  const { name, words, title } = noticeWords(notice);
  return [name, words, title === null ? null : `“${title}”`]
    .filter((part) => part !== null)
    .join(' ');
}
