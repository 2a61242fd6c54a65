import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes of freed buffers that are worth a collection of young objects, which takes half a millisecond. */
const ENOUGH = 8 * 1024 * 1024;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options: { type: 'minor' }) => void;
let dead = 0;

/**
 * Reports buffers read from a socket that are no longer used. They are outside V8's heap, which
 * hardly grows by them, so 70 MB of them would gather before V8 collects.
 */
export function noteFreedBytes(bytes: number): void {
  dead += bytes;
  if (dead < ENOUGH) return;
  dead = 0;
  collect({ type: 'minor' });
}
