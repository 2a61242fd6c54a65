/** Bytes of each block but the last. */
const BLOCK = 64 * 1024;

/** A body that is being received. */
interface Gathered {
  add: (piece: Buffer) => void;
  /** Everything so far, in one piece. */
  bytes: () => Buffer;
}

/**
 * Copies the pieces of a body into blocks. A sender may send pieces of one byte, and keeping each
 * piece as it came would take two hundred bytes.
 */
export function gather(): Gathered {
  const full: Buffer[] = [];
  let block = Buffer.alloc(0);
  let filled = 0;
  return {
    add(piece) {
      for (let rest = piece; rest.length > 0;) {
        if (filled === block.length) {
          if (filled > 0) full.push(block);
          block = Buffer.allocUnsafeSlow(Math.max(BLOCK, rest.length));
          filled = 0;
        }
        const copied = rest.copy(block, filled);
        filled += copied;
        rest = rest.subarray(copied);
      }
    },
    bytes: () => Buffer.concat([...full, block.subarray(0, filled)]),
  };
}
