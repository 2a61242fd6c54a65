import { defineConfig } from 'vite';

/** Builds `dist/libraries`: libraries of hundreds of modules in one file each, which src/runtime/bundled-libraries.ts loads. */
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
      input: { kysely: 'kysely', typebox: 'typebox' },
      output: { entryFileNames: '[name].js' },
      checks: { bundlerTimings: false },
    },
  },
});
