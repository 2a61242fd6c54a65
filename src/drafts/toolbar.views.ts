import { attribute, html, trusted, type Html } from '../views/html.ts';

interface Tool {
  /** The name of the tool in client/composer/markdown/tools.ts. */
  name: string;
  label: string;
  /** With Ctrl, or Command on a Mac. */
  key?: string;
  icon: string;
}

/** Bold, italic and heading are shown as letters, the other tools as drawings. */
const letter = (text: string, look: string) =>
  `<text x="10" y="15" text-anchor="middle" class="${look}">${text}</text>`;
const LINES = '<path d="M8 5h9M8 10h9M8 15h9"/>';
const TOOLS: Tool[] = [
  { name: 'bold', label: 'Bold', key: 'B', icon: letter('B', 'is-bold') },
  { name: 'italic', label: 'Italic', key: 'I', icon: letter('I', 'is-italic') },
  {
    name: 'link',
    label: 'Link',
    key: 'K',
    icon: '<path d="M8.5 11.5a3.2 3.2 0 0 0 4.6 0l2.6-2.6a3.2 3.2 0 0 0-4.6-4.6L10 5.4M11.5 8.5a3.2 3.2 0 0 0-4.6 0l-2.6 2.6a3.2 3.2 0 0 0 4.6 4.6l1.1-1.1"/>',
  },
  { name: 'heading', label: 'Heading', icon: letter('H', 'is-bold') },
  {
    name: 'bullets',
    label: 'List',
    icon: `${LINES}<path d="M3.5 5h.01M3.5 10h.01M3.5 15h.01" class="is-dots"/>`,
  },
  {
    name: 'numbers',
    label: 'Numbered list',
    icon: `${LINES}<path d="M2.8 3.8l1-.8v4M2.6 12.4c.5-1 2.2-.8 2.2.3 0 .9-1.2 1.5-2.2 2.6h2.4"/>`,
  },
  {
    name: 'quote',
    label: 'Quote',
    icon: '<path d="M3.5 4v12M8 6h9M8 10h9M8 14h6"/>',
  },
  { name: 'code', label: 'Code', icon: '<path d="M7 5.5 2.5 10 7 14.5M13 5.5l4.5 4.5-4.5 4.5"/>' },
];

/**
 * Tools for Markdown. Only scripts show them. One of them can be reached with Tab, the others from there with arrow
 * keys.
 */
export const toolbar: Html = html`<div class="tools scripts-only" role="toolbar" aria-label="Formatting" aria-controls="content">
${TOOLS.map(
  ({ name, label, key, icon }, at) =>
    html`<button type="button" data-tool="${name}" aria-label="${label}"${attribute('data-key', key)} tabindex="${at === 0 ? 0 : -1}"><svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">${trusted(icon)}</svg></button>`,
)}
</div>`;
