import type { Database } from '../db/database.ts';
import { micros } from '../db/time.ts';
import { HttpError } from '../errors.ts';
import {
  isSetting,
  SETTING_NAMES,
  SETTINGS,
  type Hosted,
  type Setting,
  type SettingName,
} from './definitions.ts';
import * as store from './settings.store.ts';

interface Data {
  db: Database;
  config: Hosted;
  /** milliseconds since 1970 */
  clock: () => number;
}

/** What is set, or the default. */
export async function getSetting({ db }: Pick<Data, 'db'>, name: SettingName): Promise<string> {
  return (await store.findSetting(db, name)) ?? SETTINGS[name].default;
}

/** Whether somebody has set this, even if only to the default. */
export async function isChosen({ db }: Pick<Data, 'db'>, name: SettingName): Promise<boolean> {
  return (await store.findSetting(db, name)) !== undefined;
}

/**
 * Sets a value; an empty one restores the default. Returns a note for the person who set it, if
 * there is one. Throws 422, which names what is accepted, or why the value cannot be.
 */
export async function changeSetting(
  data: Data,
  name: SettingName,
  given: string,
): Promise<string | undefined> {
  const { read, accepts, refuse, note }: Setting = SETTINGS[name];
  if (given === '') {
    await store.deleteSetting(data.db, name);
    return undefined;
  }
  const value = read(given);
  if (value === undefined) {
    throw new HttpError(422, `${name} needs ${accepts}`, { field: name });
  }
  const refusal = refuse?.(value, data.config);
  if (refusal !== undefined) throw new HttpError(422, refusal, { field: name });
  await store.putSetting(data.db, { name, value, updated_at: micros(data.clock) });
  return note?.(value);
}

/** Why a value is refused, for people; undefined if it is accepted. */
export function checkSetting(name: SettingName, given: string, config: Hosted): string | undefined {
  const { read, accepts, refuse }: Setting = SETTINGS[name];
  if (given === '') return undefined;
  const value = read(given);
  return value === undefined ? `This needs ${accepts}.` : refuse?.(value, config);
}

/**
 * Whether a value may be stored under this name: for a setting as `changeSetting` stores it, and
 * anything under a name that nobody asks for.
 */
export function isStoredSetting(name: string, value: string): boolean {
  if (!isSetting(name)) return true;
  const read = SETTINGS[name].read(value);
  // The canonical name of a time zone changes between versions of Node.
  return name === 'time-zone' ? read !== undefined : read === value;
}

/** Settings that the blog makes for itself at their first use, and that nobody changes. */
type FixedSettingName = 'feed-id' | 'first-steps';

/**
 * The value of such a setting; `make()` is stored if it has none yet. All callers get the same
 * value, on every node.
 */
export async function getFixedSetting(
  { db, clock }: Data,
  name: FixedSettingName,
  make: () => string,
): Promise<string> {
  const found = await store.findSetting(db, name);
  if (found !== undefined) return found;
  const value = make();
  await store.addSetting(db, { name, value, updated_at: micros(clock) });
  return (await store.findSetting(db, name)) ?? value;
}

/** All that is set, by name. */
export async function allSettings({ db }: Pick<Data, 'db'>): Promise<Record<SettingName, string>> {
  const set = new Map((await store.listSettings(db)).map(({ name, value }) => [name, value]));
  const values = SETTING_NAMES.map((name) => [name, set.get(name) ?? SETTINGS[name].default]);
  return Object.fromEntries(values) as Record<SettingName, string>;
}
