import type { Anchored } from './comments.store.ts';
import { findParagraph, type Paragraph } from './paragraphs.ts';

/**
 * A post's stored markup with a mark behind each paragraph that comments point at, which leads to
 * the first of them.
 */
export function withMarks(
  markup: string,
  postId: number,
  paragraphs: readonly Paragraph[],
  anchored: readonly Anchored[],
): string {
  const marks = new Map<Paragraph, { count: number; first: number }>();
  for (const { anchor, count, first } of anchored) {
    const paragraph = findParagraph(paragraphs, anchor);
    if (!paragraph) continue;
    // One that was moved has other numbers in older anchors.
    const other = marks.get(paragraph);
    const all = other ? other.count + count : count;
    marks.set(paragraph, { count: all, first: Math.min(first, other?.first ?? first) });
  }
  let [marked, done] = ['', 0];
  for (const paragraph of paragraphs) {
    const mark = marks.get(paragraph);
    if (!mark) continue;
    const words = mark.count === 1 ? '1 comment' : `${mark.count} comments`;
    const link = `<a href="/posts/${postId}?until=${mark.first}#comment-${mark.first}" aria-label="${words} on the paragraph above">${words}</a>`;
    marked += `${markup.slice(done, paragraph.end)}<p class="paragraph-mark" id="p${paragraph.number}">${link}</p>`;
    done = paragraph.end;
  }
  return marked + markup.slice(done);
}
