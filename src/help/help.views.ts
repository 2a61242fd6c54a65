import { TITLE_MAX } from '../posts/post.ts';
import { PICTURES_MAX } from '../text/markdown/pictures.ts';
import { SHOWN_PLAIN, type Rendered } from '../text/rendered.ts';
import { href } from '../views/href.ts';
import { html, type Html } from '../views/html.ts';
import { layout, type Page } from '../views/layout.ts';
import { storedMarkup } from '../views/stored-markup.ts';
import type { Example } from './help.examples.ts';

/** How posts are written: each example beside what readers see of it. */
export function helpPage(page: Page, examples: (Example & { rendered: Rendered })[]): Html {
  return layout(
    page,
    html`<div class="help-page">
<h1>Markdown by example</h1>
<p class="lead">Markdown is plain text with a few signs that say what is bold, a list or a link. Each example shows what you type, then what readers see.</p>
${examples.map((one) => example(page, one))}
<section>
<h2>Two formats</h2>
<p>Under the text you choose what it is written as. In <strong>Markdown</strong> the signs above format the text. In <strong>plain text</strong> readers see them as you typed them: line breaks and spaces are kept, and web and mail addresses become links. “Preview” shows what readers will see.</p>
<p>HTML is shown as it was typed. A picture from another site becomes a link to it.</p>
</section>
<section>
<h2>Pictures</h2>
<p>Choose pictures below the text, or drop or paste them anywhere beside it. Each gets a line such as <code>![A lamp](/pictures/12 "On the stairs")</code>, with what it shows for those who cannot see it and, if you like, a caption.</p>
<p>In a paragraph of its own a picture stands by itself. Two or three such lines without an empty line between them show their pictures side by side. A post shows at most ${PICTURES_MAX}.</p>
</section>
<section>
<h2>Keys</h2>
<dl class="keys">${KEYS.map(([keys, what]) => html`<div><dt>${keys}</dt><dd>${what}</dd></div>`)}</dl>
<p>On a Mac, it is ⌘ instead of Ctrl.</p>
</section>
<section>
<h2>Limits</h2>
<p>A title has at most ${TITLE_MAX} characters. A text is shown as you typed it, without formatting, if</p>
<ul>${Object.values(SHOWN_PLAIN).map((why) => html`<li>${why}.</li>`)}</ul>
</section>
${page.viewer && html`<p><a class="btn btn-primary" href="${href(page, '/posts/new')}">New Post</a></p>`}
</div>`,
  );
}

const KEYS = [
  [html`<kbd>Ctrl</kbd> <kbd>B</kbd>`, 'Bold'],
  [html`<kbd>Ctrl</kbd> <kbd>I</kbd>`, 'Italic'],
  [html`<kbd>Ctrl</kbd> <kbd>K</kbd>`, 'Link'],
  [html`<kbd>Ctrl</kbd> <kbd>Z</kbd>`, 'Undo, including what a tool button did'],
  [html`<kbd>Shift</kbd> <kbd>Enter</kbd>`, 'A line break that does not continue a list'],
  [html`<kbd>Ctrl</kbd> <kbd>Enter</kbd>`, 'Publish'],
] as const;

function example(
  page: Page,
  { title, note, source, rendered }: Example & { rendered: Rendered },
): Html {
  return html`<section>
<h2>${title}</h2>
${note !== undefined && html`<p class="meta">${note}</p>`}
<div class="example"><pre><code>${source}</code></pre>
<div class="prose">${storedMarkup(page, rendered.html)}</div></div>
</section>
`;
}
