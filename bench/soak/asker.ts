import type { Node } from './blog.ts';
import type { Journal } from './journal.ts';

interface Answer {
  /** 0 if the connection broke, with or without the server. */
  status: number;
  text: string;
  bytes: Buffer;
}

interface Sent {
  body?: Uint8Array | string;
  /** Sent as JSON. */
  json?: unknown;
  headers?: Record<string, string>;
}

/** Asks one node and writes down what it answers; a 5xx that does not say when to try again is a violation. */
export interface Asker {
  ask: (kind: string, method: string, path: string, sent?: Sent) => Promise<Answer>;
  /** Repeats a request until a healthy server answers. */
  surely: (kind: string, method: string, path: string, sent?: Sent) => Promise<Answer>;
  /** Whether an answer leaves it unknown if the change was made. */
  isOpen: (answer: Answer) => boolean;
}

/** An answer may take this long; nothing here should need half of it. */
const TIMEOUT_MS = 60_000;

/** `lossy`: the database may crash, so a change may have been stored in spite of a 503. */
export function createAsker(node: Node, journal: Journal, { lossy }: { lossy: boolean }): Asker {
  async function ask(kind: string, method: string, path: string, sent: Sent = {}): Promise<Answer> {
    await node.up();
    const begun = performance.now();
    const init: RequestInit = {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    };
    const headers = new Headers(sent.headers);
    if (sent.json !== undefined) headers.set('content-type', 'application/json');
    const body = sent.json === undefined ? sent.body : JSON.stringify(sent.json);
    if (body !== undefined) init.body = Buffer.from(body);
    try {
      const answer = await fetch(node.url + path, { ...init, headers });
      const bytes = Buffer.from(await answer.arrayBuffer());
      const text = bytes.toString();
      journal.answered(kind, answer.status, performance.now() - begun);
      const announced = answer.status === 503 && answer.headers.has('retry-after');
      if (answer.status >= 500 && !announced) {
        journal.violated(`${kind}: ${answer.status} ${text.slice(0, 200)}`);
      }
      return { status: answer.status, text, bytes };
    } catch (error) {
      if (error instanceof DOMException) journal.violated(`${kind}: no answer in a minute`);
      journal.answered(kind, 0, 0);
      return { status: 0, text: '', bytes: Buffer.alloc(0) };
    }
  }

  return {
    ask,
    surely: async (kind, method, path, sent) => {
      for (;;) {
        const answer = await ask(kind, method, path, sent);
        if (answer.status !== 0 && answer.status !== 503) return answer;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    },
    isOpen: ({ status }) => status === 0 || (lossy && status === 503),
  };
}
