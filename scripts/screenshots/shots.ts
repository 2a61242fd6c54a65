import { account, signingIn } from './account-shots.ts';
import { admin, drafts, group } from './group-shots.ts';
import { reading, strange } from './reading-shots.ts';
import type { Shot } from './shot.ts';
import type { Sites } from './sites.ts';
import { talking } from './talk-shots.ts';
import { writing } from './writing-shots.ts';

const OWN = 'Open day: thank you';

/** The shots by what people do there; each part has a file of tests, test/browser/pages/every-state-*.test.ts. */
export const PARTS = {
  reading: [reading, strange, talking],
  writing: [writing, drafts, account],
  joining: [signingIn, group, admin, errors],
};

/** What the shots are divided into. */
export type Part = keyof typeof PARTS;

/** Every page in every state worth a look, or those of one part, in the order of the contact sheet. */
export function shotsOf(sites: Sites, part?: Part): Shot[] {
  const parts = part === undefined ? Object.values(PARTS) : [PARTS[part]];
  return parts.flat().flatMap((shots) => shots(sites));
}

function errors({ postPath }: Sites): Shot[] {
  return [
    { name: 'error-404', path: '/posts/999999' },
    { name: 'error-422', path: '/posts/abc' },
    { name: 'error-403', path: `${postPath(OWN)}/edit`, as: 'newcomer' },
  ];
}
