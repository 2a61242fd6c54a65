import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import './runtime/resolve-hook.ts';

// bin/masthead has enabled it already, for this module too. Everything else is loaded after it.
enableCompileCache(join(import.meta.dirname, '..', '.cache', 'compiled'));
const { run } = await import('./cli/run.ts');
process.exitCode = await run(process.argv.slice(2));
