import type { IncomingMessage } from 'node:http';
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
