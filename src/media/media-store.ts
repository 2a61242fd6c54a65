import { Unavailable } from '../errors.ts';

/** An object in the store as `list` reports it. */
export interface StoredObject {
  key: string;
  /** bytes */
  size: number;
  modifiedAt: Date;
}

/** What a write or a probe has begun and not finished: an object that has no key's name. */
export interface Temporary {
  name: string;
  /** The key it was to become; null for a probe's. */
  key: string | null;
  modifiedAt: Date;
}

/**
 * Where pictures lie: a folder or a bucket. Keys are `<folder>/<name>` and match KEY; a key is
 * written once and never reused. "Not there" is a value (`null`), "could not ask" an exception.
 */
export interface MediaStore {
  /**
   * Stores all of `bytes` durably or throws; a reader never sees a part of it. Throws LateWrite when
   * nobody knows whether it has been stored, or will be.
   */
  write(key: string, bytes: Uint8Array): Promise<void>;
  /** The whole object, or null when there is none of that key; `signal`: nobody waits for it any more. */
  read(key: string, signal?: AbortSignal): Promise<Buffer | null>;
  /** Removes the object and what an interrupted write of it left; missing is fine. */
  delete(key: string): Promise<void>;
  /** Every object, and only objects (no half-written ones). */
  list(): AsyncIterable<StoredObject>;
  /** Writes and deletes a probe; throws when either fails. */
  check(): Promise<void>;
  /** What is being written at this moment, and what crashes have left. */
  temporaries(): AsyncIterable<Temporary>;
  /** Removes one by its name; missing is fine. */
  deleteTemporary(name: string): Promise<void>;
  /** Lets go of connections. */
  close(): void;
}

/** A write whose answer was lost: its bytes may be in the store, or be stored after anything done now. */
export class LateWrite extends Unavailable {
  constructor(cause: unknown) {
    super('Media unavailable', { cause });
    this.name = 'LateWrite';
  }
}

/** The only keys a store takes; so no key can leave its folder. */
export const KEY = /^[a-z][a-z0-9_]{0,31}\/[0-9a-f]{32}\.(?:jpg|webp)$/;

/** Throws TypeError for anything else. */
export function refuseBadKey(key: string): void {
  if (!KEY.test(key)) throw new TypeError(`Not a media key: ${JSON.stringify(key)}`);
}

/** The media type of what lies under a key, by its name. */
export function mediaType(key: string): 'image/webp' | 'image/jpeg' {
  return key.endsWith('.webp') ? 'image/webp' : 'image/jpeg';
}

/** A key's bytes never change, so that whoever has them may keep them for good: a year, in seconds. */
export const FOREVER = 'public, max-age=31536000, immutable';
