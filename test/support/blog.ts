import { after } from 'node:test';
import type { Role } from '../../src/db/schema.ts';
import { createClient, type Person } from './client.ts';
import { startServer } from './server.ts';
import { createVisitor, type Visitor } from './visitor.ts';

/** Somebody with an account, and the browser in which they are signed in. */
export interface Someone {
  person: Person;
  browser: Visitor;
}

/**
 * A server with the options of `startServer`, a client for it, and `someone`, who makes an account
 * with a role; stopped with the suite that opens it.
 */
export async function openBlog(...options: Parameters<typeof startServer>) {
  const server = await startServer(...options);
  after(() => server.stop());
  const client = createClient(server.url);

  async function someone(role: Role, name?: string): Promise<Someone> {
    const person = await client.person(name);
    const { db } = server.context;
    await db.updateTable('users').set({ role }).where('id', '=', person.id).execute();
    const browser = createVisitor(server.url);
    await browser.signIn(person);
    return { person, browser };
  }

  return { server, client, someone };
}
