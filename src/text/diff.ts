import { createRequire } from 'node:module';
import type * as Diff from 'diff';

const require = createRequire(import.meta.url);

/** The package `diff`, loaded when two texts are first compared. */
export function loadDiff(): typeof Diff {
  return require('diff') as typeof Diff;
}
