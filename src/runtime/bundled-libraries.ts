/**
 * Imported for its effect: from then on this thread loads TypeBox and Kysely, more than 600 modules, from the two
 * files that vite.libraries.ts makes of them, if they are there (docs/measurements/start.md).
 */
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';

const folder = new URL('../../dist/libraries/', import.meta.url);
const bundles = new Map<string, string>();
for (const library of ['kysely', 'typebox']) {
  const file = new URL(`${library}.js`, folder);
  if (existsSync(file)) bundles.set(library, file.href);
}

registerHooks({
  resolve(specifier, context, resolveByDefault) {
    const url = bundles.get(specifier);
    if (url === undefined) return resolveByDefault(specifier, context);
    return { url, format: 'module', shortCircuit: true };
  },
});
