export interface Random {
  /** An integer from 0 up to, but not including, `end`. */
  below: (end: number) => number;
  pick: <T>(list: readonly T[]) => T;
}

/** The same numbers for the same seed: Marsaglia's 32-bit xorshift (2003). */
export function createRandom(seed: number): Random {
  let state = seed | 0 || 1;
  const below = (end: number) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % end;
  };
  return {
    below,
    pick: (list) => {
      const one = list[below(list.length)];
      if (one === undefined) throw new RangeError('nothing to pick from');
      return one;
    },
  };
}
