/** URLs of the client build's files, with hashed names, in the order a page loads them. */
export interface Assets {
  css: string[];
  /** ES modules */
  js: string[];
  /** the serif, preloaded */
  font: string;
  /** a classic script that must run before the first paint */
  theme: string;
}

/** The part of Vite's manifest that is read: source file to built files. */
export type Manifest = Record<string, { file: string; css?: string[] }>;

/** The entry points of the client build, named by vite.config.ts. */
export const ENTRIES = { main: 'client/main.ts', theme: 'client/theme.ts' } as const;

const FONT = /newsreader-latin-wght-normal\.woff2$/;

/** `base` ends with a slash. Throws when the build is incomplete. */
export function assetsOf(manifest: Manifest, base: string): Assets {
  const main = manifest[ENTRIES.main];
  const theme = manifest[ENTRIES.theme];
  const font = Object.entries(manifest).find(([source]) => FONT.test(source))?.[1];
  if (!main || !theme || !font) throw new Error('the client build is incomplete');
  const url = (file: string): string => base + file;
  return {
    css: (main.css ?? []).map(url),
    js: [url(main.file)],
    font: url(font.file),
    theme: url(theme.file),
  };
}
