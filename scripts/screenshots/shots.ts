import { account, signingIn } from './account-shots.ts';
import { admin, drafts, group } from './group-shots.ts';
import { reading, strange } from './reading-shots.ts';
import type { Shot } from './shot.ts';
import type { Sites } from './sites.ts';
import { talking } from './talk-shots.ts';
import { writing } from './writing-shots.ts';

const OWN = 'Open day: thank you';

/** Every page in every state worth a look, in the order of the contact sheet. */
export function shotsOf(sites: Sites): Shot[] {
  return [
    ...reading(sites),
    ...strange(sites),
    ...signingIn(sites),
    ...talking(sites),
    ...writing(sites),
    ...drafts(sites),
    ...group(sites),
    ...admin(sites),
    ...account(sites),
    ...errors(sites),
  ];
}

function errors({ postPath }: Sites): Shot[] {
  return [
    { name: 'error-404', path: '/posts/999999' },
    { name: 'error-422', path: '/posts/abc' },
    { name: 'error-403', path: `${postPath(OWN)}/edit`, as: 'newcomer' },
  ];
}
