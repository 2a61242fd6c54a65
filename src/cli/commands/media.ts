import { checkMedia } from '../../pictures/check/media-check.ts';
import { sweep } from '../../pictures/sweeper.ts';
import { type Command, say, withContext } from './command.ts';

export const mediaCheck: Command = {
  options: { repair: { type: 'boolean' } },
  run: withContext(async (ctx, { options }) => {
    const differences = await checkMedia(ctx, { repair: options['repair'] === true });
    for (const { kind, what, userId, repaired } of differences) {
      const whose = userId === null ? '' : `, user ${userId}`;
      say(`${what}: ${kind}${whose}${repaired ? ' (repaired)' : ''}`);
    }
    say(differences.length === 0 ? 'Nothing differs' : `${differences.length} differ`);
    return differences.every(({ repaired }) => repaired);
  }),
};

export const mediaSweep: Command = {
  options: { now: { type: 'boolean' } },
  run: withContext(
    async (ctx, { options }) => {
      const includePending = options['now'] === true;
      const { deleted, adopted, failed } = await sweep(ctx, { includePending });
      say(`${deleted} deleted, ${adopted} kept, ${failed} failed`);
      return failed === 0;
    },
    ({ options }) => (options['now'] === true ? 'exclusive' : 'shared'),
  ),
};
