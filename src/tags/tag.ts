import Type from 'typebox';
import { cleanTag, tagKey } from '../unicode/tag-name.ts';

/** Most tags of a post. */
export const TAGS_MAX = 10;
/** Code points of a tag. */
export const TAG_MAX = 30;

/** One tag, as it is written. */
export const TagName = Type.String({ minLength: 1, maxLength: TAG_MAX, format: 'tag' });

/** The tags of a post in a request. */
export const TagsField = Type.Optional(
  Type.Union([Type.Array(TagName, { maxItems: TAGS_MAX }), Type.Null()], {
    description: 'Left out or null: unchanged, none for a new post; an empty list takes all away',
  }),
);

/** A tag as it was written, with the key that identifies it. */
export interface WrittenTag {
  name: string;
  key: string;
}

/** Each tag once, in the order and spelling of its first occurrence. */
export function distinctTags(names: readonly string[]): WrittenTag[] {
  const byKey = new Map<string, WrittenTag>();
  for (const name of names.map(cleanTag)) {
    const key = tagKey(name);
    if (!byKey.has(key)) byKey.set(key, { name, key });
  }
  return [...byKey.values()];
}

/** Whether both name the same tags in the same order. */
export function sameTags(one: readonly string[], other: readonly string[]): boolean {
  const keysOf = (names: readonly string[]) =>
    JSON.stringify(distinctTags(names).map((t) => t.key));
  return keysOf(one) === keysOf(other);
}

/** The path of the page with a tag's posts. */
export const tagPath = (name: string): string => `/tags/${encodeURIComponent(tagKey(name))}`;

/** The index term of every post with this tag; no text contains such a term. */
export const tagTerm = (tagId: number | string): string => `·tag${tagId}`;
