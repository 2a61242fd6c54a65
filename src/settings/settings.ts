import type { Database } from '../db/database.ts';
import { micros } from '../db/time.ts';
import { HttpError } from '../errors.ts';
import * as store from './settings.store.ts';

interface Setting {
  /** the value while nothing is set */
  default: string;
  /** for the error, and for people who look a setting up */
  accepts: string;
  /** The value as it is stored, or undefined if it is not valid. */
  read: (given: string) => string | undefined;
}

/** What a group may change while the blog runs, and what each setting accepts. */
const SETTINGS = {
  'time-zone': {
    default: 'UTC',
    accepts: 'the name of a time zone, such as Europe/Zurich',
    read: readTimeZone,
  },
} satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;

export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[];

interface Data {
  db: Database;
  /** milliseconds since 1970 */
  clock: () => number;
}

/** What is set, or the default. */
export async function getSetting({ db }: Pick<Data, 'db'>, name: SettingName): Promise<string> {
  return (await store.findSetting(db, name)) ?? SETTINGS[name].default;
}

/** Sets a value; an empty one restores the default. Throws 422, which names what is accepted. */
export async function changeSetting(data: Data, name: SettingName, given: string): Promise<void> {
  if (given === '') return store.deleteSetting(data.db, name);
  const value = SETTINGS[name].read(given);
  if (value === undefined) {
    throw new HttpError(422, `${name} needs ${SETTINGS[name].accepts}`, { field: name });
  }
  await store.putSetting(data.db, { name, value, updated_at: micros(data.clock) });
}

/** Whether there is a setting of this name. */
export function isSetting(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name);
}

function readTimeZone(given: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: given }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
