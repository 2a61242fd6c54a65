import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { Config } from '../config.ts';

/**
 * The name with which this server greets mail servers (RFC 5321, 4.1.1.1). Many relays accept only
 * a full host name, so the address literal comes last. `machine`: this machine's own name.
 */
export function heloName(
  config: Pick<Config, 'MAIL_HELO_NAME' | 'FRONTEND_URL'>,
  machine = hostname(),
): string {
  if (config.MAIL_HELO_NAME !== undefined) return config.MAIL_HELO_NAME;
  const names = [new URL(config.FRONTEND_URL).hostname, machine];
  return names.map((name) => name.replace(/\.$/, '')).find(isFullName) ?? '[127.0.0.1]';
}

/** Whether it is a full host name, and not an IP address (in URLs, IPv6 addresses have brackets). */
function isFullName(name: string): boolean {
  return name.includes('.') && !name.startsWith('[') && isIP(name) === 0;
}
