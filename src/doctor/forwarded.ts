import type { Config } from '../config.ts';
import { ok, problem, type Finding } from './finding.ts';
import type { Seen } from './request-echo.ts';

/** What a sender may claim: an address for documents (RFC 5737), which nobody has. */
export const FORGED = '192.0.2.77';

/** Whether addresses are those of people, judged by a request that claimed to come from FORGED. */
export function forwardedFinding(config: Config, seen: Seen): Finding {
  const { FRONTEND_URL: url, PORT: port } = config;
  const { protocol, port: given } = new URL(url);
  // The server itself has no https.
  const proxied = protocol === 'https:' || Number(given || 80) !== port;
  if (seen.address === FORGED) {
    return problem(
      'Anybody can choose the address that limits count by (X-Forwarded-For is believed as it comes): ' +
        (proxied
          ? 'set TRUST_PROXY to the number of proxies, and have the first set the header'
          : 'there is no proxy in front, so set TRUST_PROXY to false'),
    );
  }
  if (!proxied) return ok('No proxy is in front, and none is believed');
  if (seen.forwardedFor === null || seen.forwardedFor === FORGED) {
    return problem(
      'The proxy adds no X-Forwarded-For, so all people have its one address and are limited together: ' +
        'set it there (nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for)',
    );
  }
  // On one machine with the proxy, sender and proxy may have one address.
  const entries = seen.forwardedFor.split(',').map((entry) => entry.trim());
  if (!config.TRUST_PROXY || !entries.includes(seen.address)) {
    return problem(
      `The proxy says whose request it is, but is not believed (TRUST_PROXY is ${String(config.TRUST_PROXY)}), so ` +
        'all people have its one address and are limited together: set TRUST_PROXY to the number of proxies',
    );
  }
  return ok(`The proxy says whose request it is, and is believed (${seen.address})`);
}
