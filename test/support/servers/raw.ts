import { connect, type Socket } from 'node:net';
import { readAnswer, type RawAnswer } from './raw-answer.ts';

/** How long an answer or a cut may take before the test fails instead of hanging. */
const TIMEOUT_MS = 60_000;

/**
 * A connection for exact bytes. `answer` is the first final answer and rejects if the connection
 * ends without one; `write` resolves to false once the other side has gone. With `allowHalfOpen` it
 * stays open after the other side has sent everything.
 */
export function openRaw(base: string, { allowHalfOpen = false } = {}) {
  const { hostname, port } = new URL(base);
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen });
  let sent = 0;
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const interim = new Promise<void>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      if (chunk.includes('100 Continue')) resolve();
    });
  });
  const answer = nextAnswer(socket);
  // A test that only writes does not wait for the answer.
  answer.catch(() => {});
  socket.on('error', () => {});

  const write = (data: string | Uint8Array) =>
    new Promise<boolean>((resolve) => {
      if (socket.destroyed) return resolve(false);
      const gone = () => resolve(false);
      socket.once('close', gone);
      socket.write(data, (error) => {
        socket.off('close', gone);
        if (!error) sent += data.length;
        resolve(!error);
      });
    });

  return {
    write,
    answer,
    /** The answer to a further request; call it before that is written. */
    nextAnswer: () => nextAnswer(socket),
    /** Resolves when the other side sends `100 Continue`. */
    interim,
    closed,
    /** Resolves when the other side cuts the connection, and rejects if it does not. */
    cutOff: () => inTime(closed),
    /** Bytes that the kernel has taken from us so far. */
    sent: () => sent,
    destroy: () => socket.destroy(),
  };
}

async function inTime(closed: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error('the connection stays open')), TIMEOUT_MS);
  await Promise.race([closed, promise]).finally(() => clearTimeout(timer));
}

function nextAnswer(socket: Socket): Promise<RawAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  let received: Buffer = Buffer.alloc(0);
  const timer = setTimeout(() => {
    reject(new Error(`no answer, only ${received.length} bytes`));
    socket.destroy();
  }, TIMEOUT_MS);
  const look = (atEnd: boolean) => {
    const found = readAnswer(received, atEnd);
    if (found) resolve(found);
    else if (atEnd) reject(new Error(`closed after: ${received.toString()}`));
    else return;
    clearTimeout(timer);
    socket.off('data', onData).off('close', onClose);
  };
  const onData = (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    look(false);
  };
  const onClose = () => look(true);
  socket.on('data', onData).once('close', onClose);
  return promise;
}

/** Sends these bytes on a new connection and reads the answer. */
export async function rawRequest(base: string, data: string | Uint8Array): Promise<RawAnswer> {
  const connection = openRaw(base);
  await connection.write(data);
  try {
    return await connection.answer;
  } finally {
    connection.destroy();
  }
}

/** The head of a request with these header lines, `Host` and the closing empty line included. */
export function head(line: string, headers: Record<string, string | number> = {}): string {
  const lines = Object.entries({ Host: 'localhost', ...headers }).map(([n, v]) => `${n}: ${v}`);
  return [`${line} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}
