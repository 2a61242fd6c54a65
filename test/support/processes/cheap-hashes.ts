import { OURS } from '../../../src/auth/passwords.ts';

/**
 * Makes new hashes of this process cheap: nearly every test registers people and signs them in, and
 * half of the processor time of all tests was Argon2. Other processes can verify them, as a hash
 * names its cost.
 */
const REAL = { ...OURS };
Object.assign(OURS, { memory: 64, passes: 1 });

/** For tests about hashes. */
export function useRealHashes(): void {
  Object.assign(OURS, REAL);
}
