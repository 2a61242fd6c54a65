import type { Logger } from 'pino';
import type { SendMailOptions, SMTPTransportOptions } from 'nodemailer';
import type { Config } from '../config.ts';
import { heloName } from './helo-name.ts';
import { writeToOutbox } from './outbox.ts';

/** A mail to one person, as text and as HTML. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** Name of the sender; that of the configuration if not given. */
  siteName?: string;
}

export interface Mailer {
  /** False: mails go to the outbox, and pages say that mail is off. */
  readonly enabled: boolean;
  /**
   * Resolves once the server has accepted the mail, or the file is in the outbox. Rejects with what
   * the server said, or when `signal` is aborted. It may take a minute.
   */
  send(mail: Mail, signal: AbortSignal): Promise<void>;
}

/** For one mail as a whole, milliseconds: the timeouts below only limit each silence of the server. */
export const MAIL_MAX_MS = 60_000;

/** Unix line ends, so that a link copied from the file has no carriage return. */
const OUTBOX = { streamTransport: true, buffer: true, newline: 'unix' } as const;

/** A mailer for the configured SMTP server, or for the outbox folder without one. */
export function createMailer(config: Config, log: Logger): Mailer {
  const enabled = config.MAIL_SERVER !== undefined;
  return {
    enabled,
    async send(mail, signal) {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(MAIL_MAX_MS)]);
      const message = { ...compose(config, mail), signal: limit };
      // Loaded with the first mail; a start does not need it.
      const { createTransport } = await import('nodemailer');
      if (enabled) {
        const { messageId } = await createTransport(smtpOptions(config)).sendMail(message);
        log.info({ messageId }, 'mail sent');
      } else {
        const { message: bytes } = await createTransport(OUTBOX).sendMail(message);
        const file = await writeToOutbox(config.outboxDir, bytes as Buffer);
        log.info({ file }, 'mail is off: written to the outbox');
      }
    },
  };
}

/**
 * Whether the server refused this mail permanently. A failed connection or login is not permanent,
 * because the host may correct it; nor is a 4xx, which asks to try again later (RFC 5321, 4.2.1).
 */
export function isRefusedPermanently(error: unknown): boolean {
  const { code, responseCode = 500 } = error as { code?: string; responseCode?: number };
  return (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode >= 500;
}

/** Connects to the configured server, logs in and leaves. Rejects with nodemailer's error and its code. */
export async function verifyMailServer(config: Config): Promise<void> {
  const { createTransport } = await import('nodemailer');
  const transport = createTransport(smtpOptions(config));
  try {
    await transport.verify();
  } finally {
    transport.close();
  }
}

/** Addresses are objects and not text, so that none is parsed as a list. */
function compose(config: Config, { to, subject, text, html, siteName }: Mail): SendMailOptions {
  return {
    // A sender with its own name, `Blog <blog@example.org>`, keeps it.
    from: config.MAIL_FROM.includes('<')
      ? config.MAIL_FROM
      : { name: siteName ?? config.SITE_NAME, address: config.MAIL_FROM },
    to: { name: '', address: to },
    subject,
    text,
    html,
    // Keeps "out of office" answers away (RFC 3834).
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** A certificate proves nothing on loopback. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i;

/**
 * How to reach the configured server, in nodemailer's terms (milliseconds). Certificates are
 * checked, except on loopback, where relays often have a self-signed one.
 */
export function smtpOptions(config: Config): SMTPTransportOptions {
  const { MAIL_SERVER: host = '', MAIL_PORT: port, MAIL_USERNAME: user } = config;
  const secure = port === 465;
  return {
    host,
    port,
    secure,
    name: heloName(config),
    requireTLS: !secure && config.MAIL_USE_TLS,
    ignoreTLS: !secure && !config.MAIL_USE_TLS,
    tls: { rejectUnauthorized: !LOOPBACK.test(host) },
    ...(user ? { auth: { user, pass: config.MAIL_PASSWORD ?? '' } } : {}),
    dnsTimeout: 10_000,
    connectionTimeout: 10_000,
    greetingTimeout: 15_000,
    socketTimeout: 20_000,
  };
}
