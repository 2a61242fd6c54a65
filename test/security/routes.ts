import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { startServer, type TestServer } from '../support/server.ts';

/** A registered route of the app. */
export interface Route {
  method: string;
  /** as in the code: `/posts/:post_id` */
  url: string;
  /** how its body is read; undefined: it has none */
  body: 'json' | 'form' | 'file' | undefined;
}

/** `GET /posts/:post_id` */
export const nameOf = ({ method, url }: Route) => `${method} ${url}`;

/** A server, and every route of its app except the HEAD of each GET. */
export async function startWithRoutes(
  variables: Partial<Record<string, string>> = {},
): Promise<TestServer & { routes: Route[] }> {
  const routes: Route[] = [];
  const collect = ({ method, url, config }: RouteOptions) => {
    const [name] = [method].flat().filter((one) => one !== 'HEAD');
    if (name !== undefined) routes.push({ method: name, url, body: config?.body });
  };
  // Fastify announces each app before anything is registered.
  const listen = (message: unknown) => {
    (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', collect);
  };
  subscribe('fastify.initialization', listen);
  try {
    return { ...(await startServer(variables)), routes };
  } finally {
    unsubscribe('fastify.initialization', listen);
  }
}
