import { LRUCache } from 'lru-cache';
import type { Body, CachedResponse } from './cached-response.ts';

/** Bytes of all responses together, of all files together, and of the largest body. */
const RESPONSES_MAX = 12 * 1024 * 1024;
const FILES_MAX = 8 * 1024 * 1024;
const BODY_MAX = 512 * 1024;
/** Bytes that an entry's objects and header strings take, beside the body. */
const ENTRY_BYTES = 2048;

/** Responses by key. When it is full, the least recently used are dropped. */
interface CacheStorage {
  has: (key: string) => boolean;
  get: (key: string) => CachedResponse | undefined;
  /** `file`: if the response is a file, its address; all responses with this address share the bytes. */
  set: (key: string, response: CachedResponse, file: string | undefined) => void;
  delete: (key: string) => void;
  clear: () => void;
}

/** An empty storage with the limits above. */
export function createCacheStorage(): CacheStorage {
  const files = new LRUCache<string, Body>({
    maxSize: FILES_MAX,
    maxEntrySize: BODY_MAX,
    sizeCalculation: (body, address) => body.length + 2 * address.length + ENTRY_BYTES,
  });
  const responses = new LRUCache<string, CachedResponse & { file?: string }>({
    maxSize: RESPONSES_MAX,
    maxEntrySize: BODY_MAX,
    sizeCalculation: ({ body }, key) => body.length + 2 * key.length + ENTRY_BYTES,
  });
  return {
    has: (key) => responses.has(key),
    get(key) {
      const found = responses.get(key);
      if (found?.file === undefined) return found;
      const body = files.get(found.file);
      return body === undefined ? undefined : { ...found, body };
    },
    set(key, response, file) {
      if (file === undefined) responses.set(key, response);
      else if (files.set(file, response.body).has(file)) {
        responses.set(key, { ...response, body: '', file });
      }
    },
    delete: (key) => responses.delete(key),
    clear() {
      responses.clear();
      files.clear();
    },
  };
}
