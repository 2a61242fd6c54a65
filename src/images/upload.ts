/** The bytes of an upload, wherever they wait for a worker. */
export interface Upload {
  /** bytes */
  readonly size: number;
  /**
   * The file that another process of ours may read them from, where the system offers that. Only until it
   * is discarded: then the same path may lead to another file.
   */
  readonly path?: string | undefined;
  /**
   * The bytes from the beginning, as often as asked for; each part is good until the next is asked for.
   * Throws when they cannot be read back.
   */
  read: () => AsyncIterable<Uint8Array>;
  /** Gives the room back that they take; they cannot be read any more. Never rejects. */
  discard: () => Promise<void>;
}

/** An upload that is held in memory. */
export function inMemory(...parts: Uint8Array[]): Upload {
  return {
    size: parts.reduce((sum, part) => sum + part.length, 0),
    async *read() {
      yield* parts;
    },
    discard: async () => {},
  };
}
