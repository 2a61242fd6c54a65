import type { IncomingMessage } from 'node:http';
import { mayHoldSession } from './cache-key.ts';

/**
 * Whether the client may have written, perhaps at another node, and so must see everything that is
 * committed: it has a session or a token, or a form has just redirected it here, as after a logout.
 * Others may see a slightly older state.
 */
export function needsFreshRead({ url = '', headers }: IncomingMessage): boolean {
  return mayHoldSession(headers) || headers.authorization !== undefined || url.includes('done=');
}
