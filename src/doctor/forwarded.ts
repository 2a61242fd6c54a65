import type { Config } from '../config.ts';
import { withoutPort } from '../http/connection/client-address.ts';
import { ok, problem, type Finding } from './finding.ts';
import type { RequestEcho } from './request-echo.ts';

/** The address that the doctor's request claims to come from: one reserved for documentation (RFC 5737). */
export const FORGED = '192.0.2.77';

/** Whether the server sees people's real addresses, judged by a request that claimed to come from FORGED. */
export function forwardedFinding(config: Config, seen: RequestEcho): Finding {
  const { FRONTEND_URL: url, PORT: port } = config;
  const { protocol, port: given } = new URL(url);
  // The server itself has no https.
  const proxied = protocol === 'https:' || Number(given || 80) !== port;
  if (seen.address === FORGED) {
    return problem(
      'Anybody can choose the address that limits count by (X-Forwarded-For is trusted as it comes): ' +
        (proxied
          ? 'set TRUST_PROXY to the number of proxies, and have the first set the header'
          : 'there is no proxy in front, so set TRUST_PROXY to false'),
    );
  }
  if (!proxied) return ok('There is no proxy in front, and none is trusted');
  if (seen.forwardedFor === null || seen.forwardedFor === FORGED) {
    return problem(
      "The proxy adds no X-Forwarded-For, so everybody has the proxy's address and shares its limits: " +
        'set it there (nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for)',
    );
  }
  // If the proxy runs on this machine, sender and proxy may have the same address.
  const entries = seen.forwardedFor.split(',').map(withoutPort);
  if (!config.TRUST_PROXY || !entries.includes(seen.address)) {
    return problem(
      `The proxy sends the client's address, but is not trusted (TRUST_PROXY is ${String(config.TRUST_PROXY)}), so ` +
        "everybody has the proxy's address and shares its limits: set TRUST_PROXY to the number of proxies",
    );
  }
  return ok(`The proxy sends the client's address, and is trusted (${seen.address})`);
}
