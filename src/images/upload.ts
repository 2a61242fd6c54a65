/** An upload's bytes, wherever they wait for a worker. */
export interface Upload {
  /** bytes */
  readonly size: number;
  /**
   * A file from which our other processes can read them, where the system offers that. Valid until
   * discard(): later the same path may lead to another file.
   */
  readonly path?: string | undefined;
  /**
   * The bytes from the start, as often as needed; each part is valid until the next is requested.
   * Throws if they cannot be read back.
   */
  read: () => AsyncIterable<Uint8Array>;
  /** Frees their space; they cannot be read any more. Never rejects. */
  discard: () => Promise<void>;
}

/** An upload held in memory. */
export function inMemory(...parts: Uint8Array[]): Upload {
  return {
    size: parts.reduce((sum, part) => sum + part.length, 0),
    async *read() {
      yield* parts;
    },
    discard: async () => {},
  };
}
