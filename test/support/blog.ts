import { after } from 'node:test';
import { createClient } from './client.ts';
import { startServer } from './server.ts';

/** A server with the options of `startServer`, and a client for it; stopped with the suite that opens it. */
export async function openBlog(...options: Parameters<typeof startServer>) {
  const server = await startServer(...options);
  after(() => server.stop());
  return { server, client: createClient(server.url) };
}
