/** An upload's bytes, which wait for a worker in memory or in a file. */
export interface Upload {
  /** bytes */
  readonly size: number;
  /** The bytes, or the path of a file that holds them until it is discarded. */
  readonly content: Uint8Array | string;
  /** Frees their space; they cannot be read any more. Never rejects. */
  discard: () => Promise<void>;
}

/** An upload held in memory. */
export function inMemory(content: Uint8Array): Upload {
  return { size: content.length, content, discard: async () => {} };
}
