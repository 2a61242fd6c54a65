import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The program that `npm start` and servers run. */
export const MASTHEAD = fileURLToPath(new URL('../../../bin/masthead', import.meta.url));

/** The variable that makes it find the Node that runs this process. */
export const PATH = { PATH: dirname(process.execPath) };
