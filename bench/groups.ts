import type { Group } from './group.ts';
import { reads } from './rows/reads.ts';
import { start } from './rows/start.ts';

/** All that is measured, in this order. */
export const GROUPS: Group[] = [
  { title: 'Reading', works: reads },
  { title: 'Starting', works: start },
];
