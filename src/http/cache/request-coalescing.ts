import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * After a change has dropped a response from the cache, one request makes it again and the others wait, so that a
 * busy page is made once and not by each of its readers at the same time.
 */
interface RequestCoalescing {
  /** Whether a request is making the response with this key. */
  isBeingMade: (key: string) => boolean;
  /** This request makes the response with this key, and is itself answered with `response`. */
  begin: (key: string, request: IncomingMessage, response: ServerResponse) => void;
  /** Calls `then` once the response is made, or cannot be. */
  wait: (key: string, then: () => void) => void;
  /** Releases those who wait for this request, if any. */
  end: (request: IncomingMessage) => void;
}

/** Keeps track of responses that are being made, and of who waits for them. */
export function createRequestCoalescing(): RequestCoalescing {
  const waiting = new Map<string, (() => void)[]>();
  const makers = new WeakMap<IncomingMessage, string>();

  function end(request: IncomingMessage): void {
    const key = makers.get(request);
    if (key === undefined) return;
    makers.delete(request);
    const all = waiting.get(key) ?? [];
    waiting.delete(key);
    for (const then of all) then();
  }

  return {
    isBeingMade: (key) => waiting.has(key),
    begin(key, request, response) {
      waiting.set(key, []);
      makers.set(request, key);
      // Its client may leave before there is an answer.
      response.once('close', () => end(request));
    },
    wait: (key, then) => waiting.get(key)?.push(then),
    end,
  };
}
