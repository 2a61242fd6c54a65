declare module 'markdown-it-footnote' {
  import type { MarkdownIt } from 'markdown-it';
  /** Adds `[^1]`, its definition, and footnotes in place: `^[…]`. */
  export default function footnotes(md: MarkdownIt): void;
}
