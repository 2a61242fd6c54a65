import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer } from '../runtime/node-http.ts';
import type { AddressInfo } from 'node:net';
import { StartError } from '../errors.ts';
import { mayRead, type Metrics } from './metrics.ts';

/** A second server, for metrics only, on a port that need not be reachable from outside. */
export interface MetricsServer {
  port: number;
  close: () => void;
}

/** Throws StartError if it cannot listen. If a token is set, requests need it. */
export async function startMetricsServer(
  metrics: Metrics,
  { host, port, token }: { host: string; port: number; token: string | undefined },
): Promise<MetricsServer> {
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    const answer = ({ status, text }: { status: number; text?: string }) =>
      response.writeHead(status, { 'content-type': metrics.contentType }).end(text);
    read(request, metrics, token).then(answer, () => answer({ status: 500 }));
  });
  // Prometheus needs a few connections.
  server.maxConnections = 50;
  try {
    await once(server.listen({ host, port }), 'listening');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StartError(`METRICS_PORT: cannot listen there: ${reason}`, { cause });
  }
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function read(request: IncomingMessage, metrics: Metrics, token: string | undefined) {
  if (request.url !== '/metrics') return { status: 404 };
  if (request.method !== 'GET') return { status: 405 };
  if (token !== undefined && !mayRead(request.headers.authorization, token)) return { status: 401 };
  return { status: 200, text: await metrics.text() };
}
