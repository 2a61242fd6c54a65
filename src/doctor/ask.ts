import { type IncomingHttpHeaders, request as byHttp } from 'node:http';
import { request as byHttps } from 'node:https';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Longer than the largest upload takes on a slow line; milliseconds. */
const TIMEOUT_MS = 60_000;
/** Most characters of an answer that are read; the beginning is enough to judge it. */
const TEXT_MAX = 64 * 1024;

/**
 * Sends one request and does not follow redirects. Unlike fetch it accepts an answer that comes
 * before the body was sent. `size`: bytes of zeros to send. Rejects with the network's error,
 * certificates included.
 */
export function ask(
  url: string,
  options: { method?: string; headers?: Record<string, string>; size?: number } = {},
): Promise<Answer> {
  const { method = 'GET', headers = {}, size } = options;
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const send = url.startsWith('https:') ? byHttps : byHttp;
  const length = size === undefined ? {} : { 'content-length': String(size) };
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const sent = send(url, { method, headers: { ...headers, ...length }, signal, agent: false });
  sent.on('error', reject).on('response', (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      if (text.length < TEXT_MAX) text += chunk;
    });
    response.on('error', reject).on('end', () => {
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      sent.destroy();
    });
  });
  sent.end(size === undefined ? undefined : Buffer.alloc(size));
  return promise;
}
