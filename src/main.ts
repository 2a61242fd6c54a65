import { enableCompileCache } from 'node:module';
import { COMPILE_CACHE, startAnew } from './start-settings.ts';

// All else is loaded after it, since this process would have loaded that in vain.
startAnew();
enableCompileCache(COMPILE_CACHE);
const { run } = await import('./cli/run.ts');
process.exitCode = await run(process.argv.slice(2));
