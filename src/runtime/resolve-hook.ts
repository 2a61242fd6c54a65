/**
 * Imported for its side effect: it makes resolving imports in this thread faster
 * (docs/measurements/start.md). Libraries are loaded from the bundles that vite.libraries.ts makes,
 * if they exist. Our own modules are resolved by name without looking at the disk.
 */
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { BUNDLED } from './bundled-libraries.ts';

const root = new URL('../../', import.meta.url).href;
/** Libraries import each other from here, perhaps in other versions than the bundled ones. */
const installed = `${root}node_modules/`;

const bundles = new Map<string, string>();
for (const library of BUNDLED) {
  const file = new URL(`dist/libraries/${library}.js`, root);
  if (existsSync(file)) bundles.set(library, file.href);
}

registerHooks({
  resolve(specifier, context, resolveByDefault) {
    const { parentURL: parent = '' } = context;
    if (!parent.startsWith(root) || parent.startsWith(installed)) {
      return resolveByDefault(specifier, context);
    }
    if (specifier.startsWith('.') && specifier.endsWith('.ts')) {
      const { href: url } = new URL(specifier, parent);
      return { url, format: 'module-typescript', shortCircuit: true };
    }
    const url = bundles.get(specifier);
    if (url === undefined) return resolveByDefault(specifier, context);
    return { url, format: 'module', shortCircuit: true };
  },
});
