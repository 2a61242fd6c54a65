import type { IncomingMessage, RequestListener } from 'node:http';
import { isIP } from 'node:net';
import proxyAddr from '@fastify/proxy-addr';

/** Whether the proxy with this address is trusted; `hop` counts from this server, which is 0. */
export type Trust = (address: string, hop: number) => boolean;

/** What TRUST_PROXY means, as in Fastify; false trusts nobody. */
export function trustedProxies(given: boolean | number | string): Trust | false {
  if (given === false) return false;
  if (given === true) return () => true;
  if (typeof given === 'number') return (_address, hop) => hop < given;
  return proxyAddr.compile(given.split(',').map((part) => part.trim()));
}

/** The sender's address: the same as Fastify's `request.ip`, for answers sent before Fastify. */
export function clientAddress(request: IncomingMessage, trust: Trust | false): string | undefined {
  return trust ? proxyAddr(request, trust) : request.socket.remoteAddress;
}

/**
 * Replaces `X-Forwarded-For` by the sender's address alone, so that Fastify's `request.ip` is that.
 * Several clouds send a port with each address. If the entry that counts is not an address, the
 * header is removed, so that the connection's address is used.
 */
export function withClientAddress(trust: Trust | false, next: RequestListener): RequestListener {
  if (!trust) return next;
  return (request, response) => {
    const { headers } = request;
    const given = headers['x-forwarded-for'];
    if (typeof given === 'string') {
      headers['x-forwarded-for'] = given.split(',').map(withoutPort).join(',');
      const address = proxyAddr(request, trust);
      if (isIP(address)) headers['x-forwarded-for'] = address;
      else delete headers['x-forwarded-for'];
    }
    next(request, response);
  };
}

/** `203.0.113.7:4711` and `[2001:db8::1]:443` without the port; anything else unchanged. */
export function withoutPort(entry: string): string {
  const [, v4, v6] = /^(?:([\d.]+):\d+|\[([\da-f:.]+)\](?::\d+)?)$/i.exec(entry.trim()) ?? [];
  return v4 ?? v6 ?? entry.trim();
}
