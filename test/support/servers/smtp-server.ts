import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { CERTIFICATE, PRIVATE_KEY } from './certificate.ts';

/** A mail as it arrived. */
export interface Received {
  secure: boolean;
  user: unknown;
  from: string;
  to: string[];
  /** As sent over the wire. */
  raw: string;
  /** Decoded, with \n as line end. */
  mail: string;
}

/** A real SMTP server with STARTTLS and accounts, on a free port of this machine. */
export async function smtpServer(t: TestContext, options: SMTPServerOptions = {}) {
  const received: Received[] = [];
  const server = new SMTPServer({
    cert: CERTIFICATE,
    key: PRIVATE_KEY,
    authOptional: true,
    disableReverseLookup: true,
    closeTimeout: 10,
    onAuth({ username, password }, _session, done) {
      if (username === 'clark' && password === 'kent') done(null, { user: username });
      else done(new Error('Invalid login'));
    },
    onData(stream, { secure, user, envelope }, done) {
      const take = (raw: string) => {
        const from = envelope.mailFrom ? envelope.mailFrom.address : '';
        const to = envelope.rcptTo.map(({ address }) => address);
        received.push({ secure, user, from, to, raw, mail: plain(raw) });
        done();
      };
      // A server that stops while it sends leaves half a mail, which nobody waits for.
      void text(stream).then(take, () => undefined);
    },
    ...options,
  });
  // A client that refuses the certificate is an error here too.
  server.on('error', () => undefined);
  server.listen(0);
  await once(server.server, 'listening');
  t.after(() => new Promise<void>((resolve) => server.close(resolve)));
  return { server, port: (server.server.address() as AddressInfo).port, received };
}

function plain(mail: string): string {
  const bytes = mail
    .replaceAll('\r\n', '\n')
    .replaceAll('=\n', '')
    .replaceAll(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number(`0x${hex}`)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
