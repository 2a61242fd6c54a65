import type { Group } from './group.ts';
import { archives } from './rows/archives.ts';
import { beside } from './rows/beside.ts';
import { growth } from './rows/growth.ts';
import { memory } from './rows/memory.ts';
import { pageWeight } from './rows/page-weight.ts';
import { reads } from './rows/reads.ts';
import { start } from './rows/start.ts';
import { uploads } from './rows/uploads.ts';
import { writes } from './rows/writes.ts';

/** All that is measured, in this order. */
export const GROUPS: Group[] = [
  { title: 'Reading', works: reads },
  { title: 'Uploads', works: uploads },
  { title: 'Memory', works: memory },
  { title: 'What others notice', works: beside },
  { title: 'Starting', works: start },
  { title: 'As the blog grows', works: growth },
  { title: 'Writing', works: writes },
  { title: 'Moving', works: archives },
  { title: 'The home page', works: pageWeight },
];
