import { Unavailable } from '../errors.ts';

/** An object in the store as `list` reports it. */
export interface StoredObject {
  key: string;
  /** bytes */
  size: number;
  modifiedAt: Date;
}

/** What an unfinished write or probe left. Its name is not a key. */
interface Temporary {
  name: string;
  /** The key it was meant for; null for a probe. */
  key: string | null;
  modifiedAt: Date;
}

/**
 * Where pictures are stored: a folder or a bucket. Keys are `<folder>/<name>` and match KEY; a key
 * is written once and never reused. "Not there" is a value (`null`), "could not ask" an exception.
 */
export interface MediaStore {
  /**
   * Stores all of `bytes` durably or throws; readers never see a part. Throws LateWrite if it is
   * unknown whether the bytes were stored, or will be.
   */
  write(key: string, bytes: Uint8Array): Promise<void>;
  /** The whole object, or null if there is none; `signal` aborts when nobody waits for it any more. */
  read(key: string, signal?: AbortSignal): Promise<Buffer | null>;
  /** Removes the object and the rest of an interrupted write of it; a missing one is fine. */
  delete(key: string): Promise<void>;
  /** Every complete object. */
  list(): AsyncIterable<StoredObject>;
  /** Writes and deletes a probe; throws when either fails. */
  check(): Promise<void>;
  /** Temporary files of writes in progress, and those that crashes have left. */
  temporaries(): AsyncIterable<Temporary>;
  /** Removes one by its name; a missing one is fine. */
  deleteTemporary(name: string): Promise<void>;
  /** Closes connections. */
  close(): void;
}

/** The answer to a write was lost: its bytes may be in the store already, or arrive later. */
export class LateWrite extends Unavailable {
  constructor(cause: unknown) {
    super('Media unavailable', { cause });
    this.name = 'LateWrite';
  }
}

/** The only keys a store accepts, so no key can leave its folder. */
export const KEY = /^[a-z][a-z0-9_]{0,31}\/[0-9a-f]{32}\.(?:jpg|webp)$/;

/** Throws TypeError for anything else. */
export function refuseBadKey(key: string): void {
  if (!KEY.test(key)) throw new TypeError(`Not a media key: ${JSON.stringify(key)}`);
}

/** The media type of a key, by its name. */
export function mediaType(key: string): 'image/webp' | 'image/jpeg' {
  return key.endsWith('.webp') ? 'image/webp' : 'image/jpeg';
}

/** A key's bytes never change, so they can be cached forever: a year, in seconds. */
export const FOREVER = 'public, max-age=31536000, immutable';
