import { defineConfig } from 'vite';
import { BUNDLED } from './src/runtime/bundled-libraries.ts';

/** Builds `dist/libraries`: libraries of many modules in one file each, which src/runtime/resolve-hook.ts loads. */
export default defineConfig({
  publicDir: false,
  // With everything that they import themselves.
  ssr: { noExternal: true },
  build: {
    ssr: true,
    outDir: 'dist/libraries',
    // Stack traces show these files.
    minify: false,
    rolldownOptions: {
      input: Object.fromEntries(BUNDLED.map((name) => [name, name])),
      output: { entryFileNames: '[name].js', chunkFileNames: 'shared/[name].js' },
      checks: { bundlerTimings: false },
    },
  },
});
