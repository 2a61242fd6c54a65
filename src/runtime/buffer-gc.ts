import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes of dead buffers that are worth a collection of the young objects, which takes half a millisecond. */
const ENOUGH = 8 * 1024 * 1024;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options: { type: 'minor' }) => void;
let dead = 0;

/**
 * Told of buffers that were read from a socket and are done with. They lie outside of V8's heap, which
 * hardly grows by them, so that 70 MB of them would gather before it looks.
 */
export function noteFreedBytes(bytes: number): void {
  dead += bytes;
  if (dead < ENOUGH) return;
  dead = 0;
  collect({ type: 'minor' });
}
