import markdownIt, { type MarkdownIt } from 'markdown-it';
import footnotes from 'markdown-it-footnote';
import { showPictures } from './pictures.ts';
import { installRules } from './rules.ts';
import { markTasks } from './tasks.ts';

/** Blocks within blocks, such as quotes in lists; a text that goes deeper is refused by TooDeep. */
const NESTING_MAX = 20;
/** Characters of an address; no browser's address bar needs more. */
const ADDRESS_MAX = 2000;

/** Thrown while parsing: blocks are nested deeper than NESTING_MAX and would be dropped. */
export class TooDeep extends Error {}

/**
 * CommonMark with tables, strikethrough, task lists, footnotes and bare links, without raw HTML. Reference
 * definitions are off, since a few bytes of them make megabytes; so are underlined headings and indented
 * code, which people write by accident. Comments have no footnotes.
 */
export function createMarkdown({ footnotes: footnoted = true } = {}): MarkdownIt {
  const md = markdownIt({ html: false, breaks: true, linkify: true, maxNesting: NESTING_MAX });
  md.disable(['reference', 'lheading', 'code']);
  if (footnoted) {
    md.use(footnotes);
    defineFootnotesOutside(md);
  }
  md.validateLink = isAllowed;
  linkBareAddresses(md);
  refuseDeepBlocks(md);
  markTasks(md);
  installRules(md);
  showPictures(md);
  return md;
}

/** Allows web and mail addresses, paths of this blog, and anchors on the page; `url` is already encoded. */
function isAllowed(url: string): boolean {
  return url.length <= ADDRESS_MAX && /^(?:https?:\/\/|mailto:|#|\/(?![/\\]))/i.test(url);
}

/**
 * Links text that begins with http, https, mailto or www., and mail addresses; `example.md` alone
 * is a file name.
 */
function linkBareAddresses({ linkify }: MarkdownIt): void {
  linkify.add('ftp:', null).add('//', null).set({ fuzzyLink: true, fuzzyEmail: true });
  const match = linkify.match.bind(linkify);
  linkify.match = (text) =>
    match(text)?.filter(({ schema, text }) => schema !== '' || /^www\./i.test(text)) ?? null;
  // Called at each colon, so an address that is too long would be read to its end again and again.
  const matchAtStart = linkify.matchAtStart.bind(linkify);
  linkify.matchAtStart = (text) => matchAtStart(text.slice(0, ADDRESS_MAX + 1));
}

/** The parser silently drops what is nested too deep. */
function refuseDeepBlocks({ block }: MarkdownIt): void {
  const tokenize = block.tokenize.bind(block);
  block.tokenize = (state, start, end) => {
    if (state.level >= NESTING_MAX && state.skipEmptyLines(start) < end) throw new TooDeep();
    tokenize(state, start, end);
  };
}

/**
 * Footnotes are defined outside of other blocks: the plugin moves a definition to the end of the text, and one
 * within a quote within another definition would leave tags behind that do not close each other.
 */
function defineFootnotesOutside({ block }: MarkdownIt): void {
  const define = block.ruler.getRules('').find(({ name }) => name === 'footnote_def');
  if (!define) throw new Error('the footnote plugin has no rule of this name');
  block.ruler.at(
    'footnote_def',
    (state, ...lines) => state.level === 0 && define(state, ...lines),
    { alt: ['paragraph', 'reference'] },
  );
}
