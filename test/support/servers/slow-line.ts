import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  request as forward,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The head of a page and its navigation, in bytes: they arrive together. */
const HEAD = 5500;
/** Bytes of a page that arrive at a time, and the pause after them in milliseconds, which is that of a frame. */
const PIECE = 250;
const PAUSE_MS = 17;

/**
 * A proxy in front of a blog, from which pages arrive piece by piece, so that the browser paints
 * them unfinished. Everything else arrives whole. Returns its address; it closes with the test.
 */
export async function startSlowLine(
  t: { after: (end: () => void) => void },
  blog: string,
): Promise<string> {
  const server = createServer(({ method = 'GET', url = '/', headers }, answer) => {
    const plain = { ...headers, 'accept-encoding': 'identity' };
    const asked = forward(new URL(url, blog), { method, headers: plain });
    asked.on('response', (from) => void passOn(from, answer)).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function passOn(from: IncomingMessage, answer: ServerResponse): Promise<void> {
  const isPage = /text\/html/.test(from.headers['content-type'] ?? '');
  answer.writeHead(from.statusCode ?? 502, from.headers);
  for await (const bytes of from as AsyncIterable<Buffer>) {
    let size = isPage ? HEAD : bytes.length;
    for (let at = 0; at < bytes.length; at += size, size = isPage ? PIECE : size) {
      answer.write(bytes.subarray(at, at + size));
      if (isPage) await sleep(PAUSE_MS);
    }
  }
  answer.end();
}
