import { Agent, type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, inflateSync } from 'node:zlib';

const agent = new Agent({ keepAlive: true });

/** What `fetch` sends by itself. */
const BY_ITSELF = {
  accept: '*/*',
  'accept-language': '*',
  'sec-fetch-mode': 'cors',
  'user-agent': 'node',
  'accept-encoding': 'gzip, deflate',
};

/** An answer whose body was read to its end. */
interface Answered {
  status: number;
  headers: Headers;
  text: string;
}

/**
 * One request by http, redirects not followed. Sends and reads what `fetch` does for a third of its processor time:
 * with a server in the same process, most of what requests took was `fetch`. Rejects with the error of the connection.
 */
export async function ask(
  url: URL,
  { method, headers, body }: { method: string; headers: Headers; body?: Uint8Array | undefined },
): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const length = body && { 'content-length': body.length };
  const all = { ...BY_ITSELF, ...Object.fromEntries(headers), ...length };
  request(url, { agent, method, headers: all }, resolve).on('error', reject).end(body);
  const answer = await promise;
  const received = new Headers();
  for (let at = 0; at < answer.rawHeaders.length; at += 2) {
    received.append(answer.rawHeaders[at] ?? '', answer.rawHeaders[at + 1] ?? '');
  }
  const bytes = decoded(await buffer(answer), received.get('content-encoding'));
  return { status: answer.statusCode ?? 0, headers: received, text: bytes.toString('utf8') };
}

/** The body of an answer to HEAD, or of a 304, is empty whatever its encoding. */
function decoded(bytes: Buffer, encoding: string | null): Buffer {
  if (bytes.length === 0) return bytes;
  if (encoding === 'gzip') return gunzipSync(bytes);
  return encoding === 'deflate' ? inflateSync(bytes) : bytes;
}
