import type { Selectable } from 'kysely';
import { ID_MAX } from '../db/id-sequences.ts';
import type { ModerationRow, NoticeRow, PostRow, Role, Schema, UserRow } from '../db/schema.ts';
import { isStoredSetting } from '../settings/settings.ts';
import { tagProblem } from '../unicode/tag-name.ts';
import type { TableLayout } from './layout.ts';
import type { Row } from './rows.ts';

/** What a column accepts, beyond its type. */
interface Rule {
  /** the end of a sentence */
  is: string;
  holds: (value: string | number, row: Row) => boolean;
}

/** The rule of a column that has one of a few texts. */
interface Choice<V extends string> extends Rule {
  choices: Readonly<Record<V, true>>;
}

/** The columns of a row that have one of a few texts; each needs its rule, with all of them. */
type Chosen<T> = {
  [C in keyof T]: NonNullable<T[C]> extends string
    ? string extends NonNullable<T[C]>
      ? never
      : C
    : never;
}[keyof T];

type RulesOf<T> = { readonly [C in Exclude<keyof T, Chosen<T>>]?: Rule } & {
  readonly [C in Chosen<T>]: Choice<NonNullable<T[C]> & string>;
};

function oneOf<V extends string>(choices: Record<V, true>): Choice<V> {
  const is = `one of ${Object.keys(choices).join(', ')}`;
  return { is, choices, holds: (value) => Object.hasOwn(choices, value) };
}

const between = (least: number, most: number): Rule => ({
  is: `a number from ${least} to ${most}`,
  holds: (value) => typeof value === 'number' && value >= least && value <= most,
});

const ID = between(1, ID_MAX);
const COUNT = between(0, ID_MAX);
const YES_OR_NO = between(0, 1);
/** Pixels; a file has at most 1920. */
const SIDE = between(1, 10_000);

/** Checked less strictly than at registration, since earlier versions may have accepted more. */
const ADDRESS: Rule = {
  is: 'an e-mail address',
  holds: (value) => {
    const [local = '', domain = '', ...rest] = String(value).split('@');
    const parts = local !== '' && domain !== '' && rest.length === 0;
    return parts && !/[\s\p{Cc},;:<>()"[\]\\]/u.test(local + domain);
  },
};

const TEXTS: Rule = {
  is: 'a list of texts as JSON',
  holds: (value) => isListOfTexts(String(value)),
};

const TAG: Rule = { is: 'a tag', holds: (value) => tagProblem(String(value)) === null };

const FORMAT = oneOf<PostRow['format']>({ text: true, markdown: true });
const AUDIENCE = oneOf<PostRow['audience']>({ everyone: true, members: true, blog: true });

/**
 * What a row of an archive must be for the program that reads it later: each column with one of a few
 * texts, a range of numbers, JSON, or a part of an address. Columns of ids need no line here.
 */
export const VALUES: { readonly [T in keyof Schema]?: RulesOf<Selectable<Schema[T]>> } = {
  users: {
    email: ADDRESS,
    token_version: COUNT,
    role: oneOf<Role>({ owner: true, editor: true, member: true, reader: true }),
    state: oneOf<UserRow['state']>({ active: true, waiting: true, suspended: true }),
  },
  posts: {
    format: FORMAT,
    state: oneOf<PostRow['state']>({ published: true, unpublished: true, hidden: true }),
    hidden_with_author: YES_OR_NO,
    audience: AUDIENCE,
    members_only: YES_OR_NO,
    comments_closed: YES_OR_NO,
    version: COUNT,
  },
  settings: {
    value: {
      is: 'what this setting accepts',
      holds: (value, { name }) => isStoredSetting(String(name), String(value)),
    },
  },
  drafts: { format: FORMAT, tags: TEXTS, audience: AUDIENCE, version: COUNT },
  revisions: { format: FORMAT, tags: TEXTS, published: YES_OR_NO },
  moderation_log: {
    action: oneOf<ModerationRow['action']>({
      invited: true,
      'invitation revoked': true,
      approved: true,
      declined: true,
      'role changed': true,
      suspended: true,
      'suspension ended': true,
      'account deleted': true,
      'everything removed': true,
      'posts handed over': true,
      'reset link made': true,
      'tag renamed': true,
      'tags merged': true,
      'setting changed': true,
      'post hidden': true,
      'post restored': true,
      'post deleted': true,
      'post corrected': true,
      'comment hidden': true,
      'comment restored': true,
      'comment approved': true,
      'comment removed': true,
      'report closed': true,
      'post pinned': true,
      'post unpinned': true,
    }),
  },
  post_pictures: { width: SIDE, height: SIDE, bytes: COUNT },
  picture_uses: {},
  published_drafts: {},
  comments: {
    state: oneOf<Selectable<Schema['comments']>['state']>({
      visible: true,
      held: true,
      hidden: true,
      removed: true,
    }),
  },
  profiles: {},
  site_pictures: { name: oneOf({ logo: true }), width: SIDE, height: SIDE },
  pinned_posts: { place: between(1, 3) },
  notices: {
    kind: oneOf<NoticeRow['kind']>({
      comment: true,
      reply: true,
      mention: true,
      report: true,
      waiting: true,
      published: true,
    }),
  },
  reports: { outcome: oneOf({ closed: true, hidden: true, deleted: true }) },
  tags: { name: TAG, key: TAG },
  tag_redirects: { key: TAG },
  post_tags: { place: COUNT, members_only: YES_OR_NO },
};

/**
 * Throws TypeError, which names row and column, for a row of the newest migration with a value that
 * Masthead never stores.
 */
export function assertValues({ name, key, columns }: TableLayout, row: Row): void {
  const rules: Partial<Record<string, Rule>> = VALUES[name as keyof Schema] ?? {};
  for (const { name: column } of columns) {
    const value = row[column] ?? null;
    const rule = rules[column] ?? (isId(column) ? ID : undefined);
    if (value === null || !rule || rule.holds(value, row)) continue;
    const which = JSON.stringify(key.map((part) => row[part]));
    throw new TypeError(`${column} of the row ${which} of ${name} is not ${rule.is}`);
  }
}

const isId = (column: string) =>
  column === 'id' || column.endsWith('_id') || column.endsWith('_revision');

function isListOfTexts(json: string): boolean {
  try {
    const list: unknown = JSON.parse(json);
    return Array.isArray(list) && list.every((text) => typeof text === 'string');
  } catch {
    return false;
  }
}
