/** An object in the store as `list` reports it. */
export interface StoredObject {
  key: string;
  /** bytes */
  size: number;
  modifiedAt: Date;
}

/**
 * Where pictures lie: a folder or a bucket. Keys are `<folder>/<name>` and match KEY; a key is
 * written once and never reused. "Not there" is a value (`null`), "could not ask" an exception.
 */
export interface MediaStore {
  /** Stores all of `bytes` durably or throws; a reader never sees a part of it. */
  write(key: string, bytes: Uint8Array): Promise<void>;
  /** The whole object, or null when there is none of that key. */
  read(key: string): Promise<Buffer | null>;
  /** Removes the object and what an interrupted write of it left; missing is fine. */
  delete(key: string): Promise<void>;
  /** Every object, and only objects (no half-written ones). */
  list(): AsyncIterable<StoredObject>;
  /** Writes and deletes a probe; throws when either fails. */
  check(): Promise<void>;
}

/** The only keys a store takes; so no key can leave its folder. */
export const KEY = /^[a-z][a-z0-9_]{0,31}\/[0-9a-f]{32}\.(?:jpg|webp)$/;
