/**
 * The paper colour for what the style sheet does not paint: the browser's bars, and the start
 * screen of an installed site. A test compares it with `--paper` in client/styles/_tokens.scss.
 */
export const PAPER = { light: '#fdfbf6', dark: '#191614' } as const;
