import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { createClient, type Person } from '../client.ts';
import { startServer } from '../server.ts';
import { smtpServer } from '../servers/smtp-server.ts';
import { until } from '../until.ts';
import { createVisitor, type Visitor } from '../visitor.ts';

/** A blog whose mails go to a real server, or without one, and what people do to change their address. */
export async function openMailingBlog(
  t: TestContext,
  { mail = true, variables = {} }: { mail?: boolean; variables?: Record<string, string> } = {},
) {
  const { port, received } = await smtpServer(t);
  const server = await startServer({
    ...(mail && { MAIL_SERVER: '127.0.0.1', MAIL_PORT: String(port) }),
    FRONTEND_URL: 'http://blog.example.org',
    ...variables,
  });
  t.after(() => server.stop());
  const client = createClient(server.url);

  async function signedIn(person?: Person): Promise<{ person: Person; visitor: Visitor }> {
    person ??= await client.person();
    const visitor = createVisitor(server.url);
    await visitor.signIn(person);
    return { person, visitor };
  }
  /** Sends the profile form with another address and the password. */
  const change = (visitor: Visitor, { username, password }: Person, email: string) =>
    visitor.post('/account', { username, email, current_password: password });
  /** The mails to an address, once there are `count` of them. */
  const mailsTo = (email: string, count = 1) =>
    until(`mail ${count} to ${email}`, async () => {
      const found = received.filter(({ to }) => to.includes(email));
      return found.length >= count ? found.map(({ mail }) => mail) : undefined;
    });
  /** The token of the `count`-th link that was mailed to an address. */
  const linkTo = async (email: string, count = 1): Promise<string> => {
    const mail = (await mailsTo(email, count))[count - 1] ?? '';
    const link = /^http:\/\/blog\.example\.org\/confirm-email\?token=([\w-]{43})$/m.exec(mail);
    return link?.[1] ?? assert.fail(mail);
  };
  const confirm = (token: string, visitor = createVisitor(server.url)) =>
    visitor.post('/confirm-email', { token });
  const canLogIn = async (email: string, password: string) =>
    (await client.login(email, password)).status === 200;
  return { server, client, received, signedIn, change, mailsTo, linkTo, confirm, canLogIn };
}
