import { UsageError } from '../../errors.ts';
import { isSetting, SETTING_NAMES } from '../../settings/definitions.ts';
import { changeSetting, getSetting } from '../../settings/settings.ts';
import { type Command, say, withContext } from './command.ts';

/** Without a name, prints every setting; without a value, one. */
export const setting: Command = {
  needs: ['name', 'value'],
  optional: 2,
  run: withContext(async (ctx, { args: [name, value] }) => {
    if (name === undefined) {
      for (const each of SETTING_NAMES) say(`${each}=${await getSetting(ctx, each)}`);
      return true;
    }
    if (!isSetting(name)) {
      throw new UsageError(
        `Unknown setting "${name}". The settings are: ${SETTING_NAMES.join(', ')}`,
      );
    }
    const note = value === undefined ? undefined : await changeSetting(ctx, name, value);
    if (note !== undefined) console.error(note);
    return say(`${name}=${await getSetting(ctx, name)}`);
  }),
};
