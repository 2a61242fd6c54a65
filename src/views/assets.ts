/** The URLs of what the client build made, names hashed, in the order a page loads them. */
export interface Assets {
  css: string[];
  /** ES modules */
  js: string[];
  /** the serif, preloaded */
  font: string;
  /** a classic script that must run before the first paint */
  theme: string;
}

/** Vite's manifest, as far as it is read: source file to what was built of it. */
export type Manifest = Record<string, { file: string; css?: string[] }>;

/** The entry points of the client build, named by vite.config.ts. */
export const ENTRIES = { main: 'client/main.ts', theme: 'client/theme.ts' } as const;

const FONT = /newsreader-latin-wght-normal\.woff2$/;

/** `base` ends with a slash. Throws when the manifest is not of a whole build. */
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
