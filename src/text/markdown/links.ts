import type { MarkdownIt } from 'markdown-it';

/** Makes markup of a text, escaped. */
export type Linked = (text: string) => string;

/** Makes links of the web and mail addresses in a text. */
export function linkAddresses(md: MarkdownIt): Linked {
  const { escapeHtml } = md.utils;
  return (text) => {
    let [markup, at] = ['', 0];
    for (const { url, index, lastIndex } of md.linkify.match(text) ?? []) {
      const address = md.normalizeLink(url);
      if (!md.validateLink(address)) continue;
      const rel = address.startsWith('mailto:') ? '' : ' rel="ugc noopener nofollow"';
      const shown = escapeHtml(text.slice(index, lastIndex));
      markup += `${escapeHtml(text.slice(at, index))}<a href="${escapeHtml(address)}"${rel}>${shown}</a>`;
      at = lastIndex;
    }
    return markup + escapeHtml(text.slice(at));
  };
}
