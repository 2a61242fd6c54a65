import type { IncomingMessage } from 'node:http';
import { mayHoldSession } from './cache-key.ts';

/**
 * Whether the sender may have written, perhaps at another node, and so must be shown all that is committed: somebody
 * with a session or a token, or whom a form has just led here, as after a logout. What others are shown may
 * be a little older.
 */
export function needsFreshRead({ url = '', headers }: IncomingMessage): boolean {
  return mayHoldSession(headers) || headers.authorization !== undefined || url.includes('done=');
}
