import { checkMedia } from '../../pictures/media-check.ts';
import { createSweeper } from '../../pictures/sweeper.ts';
import { type Command, say, withContext } from './command.ts';

export const mediaCheck: Command = {
  options: { repair: { type: 'boolean' } },
  run: withContext(async (ctx, { options }) => {
    const differences = await checkMedia(ctx, { repair: options['repair'] === true });
    for (const { kind, what, userId, mended } of differences) {
      const whose = userId === null ? '' : `, user ${userId}`;
      say(`${what}: ${kind}${whose}${mended ? ' (mended)' : ''}`);
    }
    say(differences.length === 0 ? 'Nothing differs' : `${differences.length} differ`);
    return differences.every(({ mended }) => mended);
  }),
};

export const mediaSweep: Command = {
  options: { now: { type: 'boolean' } },
  run: withContext(
    async (ctx, { options }) => {
      const includePending = options['now'] === true;
      const swept = await createSweeper(ctx, { intervalMs: 0 }).sweep({ includePending });
      const { deleted, adopted, failed, expired } = swept;
      say(
        `${deleted} deleted, ${adopted} kept, ${failed} failed, ${expired} expired sign-ins removed`,
      );
      return failed === 0;
    },
    ({ options }) => (options['now'] === true ? 'exclusive' : 'shared'),
  ),
};
