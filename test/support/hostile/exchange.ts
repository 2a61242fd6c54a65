import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { openRaw } from '../servers/raw.ts';
import type { RawAnswer } from '../servers/raw-answer.ts';

/** The answer to these bytes, with nothing sent after them; null if the connection closes without one. */
export async function exchange(
  base: string,
  bytes: string | Uint8Array,
): Promise<RawAnswer | null> {
  const connection = openRaw(base);
  await connection.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  try {
    return await connection.answer;
  } catch (error) {
    assert.equal((error as Error).message, 'closed after: ');
    return null;
  } finally {
    connection.destroy();
  }
}

/** Sends these bytes and resolves to what came back once it holds `end`. */
export function receive(base: string, bytes: string, end: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect(Number(new URL(base).port), '127.0.0.1');
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text;
    if (received.endsWith('}') && received.includes(end)) resolve(received);
  });
  socket.once('close', () => reject(new Error(`closed after ${received.length} bytes`)));
  socket.on('error', () => {});
  socket.write(bytes);
  return promise.finally(() => socket.destroy());
}
