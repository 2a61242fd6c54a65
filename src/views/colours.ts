/**
 * Paper, where something beside the style sheet paints it: a browser's bars and an installed site's
 * first moment. A test holds them to `--paper` of client/styles/_tokens.scss.
 */
export const PAPER = { light: '#fdfbf6', dark: '#191614' } as const;
