import type { Piece } from '../../text/differences.ts';
import type { Format } from '../../text/rendered.ts';
import { html, type Html } from '../../views/html.ts';
import { shownTitle } from '../post.ts';

/** Characters of a text that a page shows. */
const SHOWN_MAX = 200_000;
/** Unchanged characters that are shown before and after each change. */
const AROUND = 200;

interface Text {
  title: string;
  content: string;
  format: Format;
}

/** What changed between two texts; both of them, if `pieces` is null. */
export function differences(
  { revision, pieces }: { revision: Text; pieces: readonly Piece[] | null },
  before: Text,
): Html {
  const title = before.title !== revision.title;
  return html`<section aria-labelledby="changed-title"><h2 id="changed-title">What changed</h2>
${title && html`<p>The title: ${mark('removed', shownTitle(before))} ${mark('added', shownTitle(revision))}</p>`}
${before.format !== revision.format && html`<p>It is written ${AS[revision.format]} instead of ${AS[before.format]}.</p>`}
${pieces ? changedText(pieces, title) : both(before, revision)}
</section>`;
}

const AS: Record<Format, string> = { markdown: 'in Markdown', text: 'as plain text' };

function changedText(pieces: readonly Piece[], other: boolean): Html | null {
  if (pieces.every(({ kind }) => kind === 'same')) {
    return other ? null : html`<p>The words are the same.</p>`;
  }
  const last = pieces.length - 1;
  const shown = pieces.map(({ kind, text }, n) =>
    kind === 'same' ? around(text, n === 0, n === last) : mark(kind, text),
  );
  return html`<div class="source" dir="auto">${shown}</div>`;
}

/** Also says it in words, for screen readers. */
function mark(kind: 'added' | 'removed', text: string): Html {
  const [begin, end] = [`[${kind}: `, ']'].map(
    (words) => html`<span class="visually-hidden">${words}</span>`,
  );
  return kind === 'added'
    ? html`<ins>${begin}${text}${end}</ins>`
    : html`<del>${begin}${text}${end}</del>`;
}

/** Unchanged text between two changes: only what stands near them. */
function around(text: string, first: boolean, last: boolean): Html {
  const [head, tail] = [first ? 0 : AROUND, last ? 0 : AROUND];
  if (text.length <= head + tail + AROUND) return html`${text}`;
  const start = text.slice(0, head).replace(/\S*$/, '');
  const end = tail === 0 ? '' : text.slice(-tail).replace(/^\S*/, '');
  return html`${start}<span class="left-out" title="unchanged text">[…]</span>${end}`;
}

function both(before: Text, after: Text): Html {
  return html`<p>There are too many changes to mark them one by one.</p>
<h3>Before</h3>
${source(before.content)}
<h3>After</h3>
${source(after.content)}`;
}

/** The text as it was typed; `folded`: hidden until the reader opens it. */
export function wholeText({ title, content, format }: Text, folded: boolean): Html {
  const text = html`<p>“<bdi>${shownTitle({ title })}</bdi>”, written ${AS[format]}:</p>
${source(content)}`;
  return folded
    ? html`<details class="whole"><summary>The whole text</summary>${text}</details>`
    : text;
}

function source(content: string): Html {
  const cut = content.length > SHOWN_MAX;
  const shown = cut ? content.slice(0, SHOWN_MAX).toWellFormed() : content;
  return html`<div class="source" dir="auto">${shown}</div>
${cut && html`<p class="meta">These are the first ${SHOWN_MAX.toLocaleString('en')} of ${content.length.toLocaleString('en')} characters. The API gives all of them.</p>`}`;
}
