import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';
import { narrowFonts } from './scripts/narrow-fonts.ts';
import { ENTRIES } from './src/views/assets.ts';

/** Lays a `.br` and a `.gz` beside each script and style sheet, for the server to send as they are. */
function packed(): Plugin {
  return {
    name: 'packed',
    writeBundle({ dir = '' }, bundle) {
      for (const name of Object.keys(bundle).filter((file) => /\.(?:css|js)$/.test(file))) {
        const content = readFileSync(join(dir, name));
        writeFileSync(join(dir, `${name}.br`), brotliCompressSync(content));
        writeFileSync(join(dir, `${name}.gz`), gzipSync(content, { level: 9 }));
      }
    },
  };
}

/** Builds what browsers load: `dist/client`, served below `/static/`, names hashed in `assets/`. */
export default defineConfig({
  // Relative, since the blog may be below a path.
  base: './',
  publicDir: 'static',
  plugins: [{ name: 'narrow-fonts', buildStart: narrowFonts }, packed()],
  build: {
    outDir: 'dist/client',
    manifest: 'manifest.json',
    // A data: URI would need a hole in the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: Object.values(ENTRIES), checks: { bundlerTimings: false } },
  },
  css: {
    // 4 is `Features.DirSelector`: `:dir()` stays, since no list of languages says how a text is written.
    lightningcss: { exclude: 4 },
    preprocessorOptions: {
      // Bootstrap 5.3 is written for the Sass of its time.
      scss: {
        quietDeps: true,
        silenceDeprecations: ['import', 'global-builtin', 'color-functions', 'if-function'],
      },
    },
  },
});
