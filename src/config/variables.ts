import { availableParallelism } from 'node:os';
import {
  base,
  bool,
  databaseLocation,
  integer,
  oneOf,
  origin,
  postgresUrl,
  proxies,
  text,
} from './values.ts';

interface Variable<T, D extends string> {
  /** As README's table shows it; '' when there is none. */
  default: D;
  about: string;
  accepts: string;
  /** Returns undefined for what it does not accept. */
  parse: (text: string) => T | undefined;
}

function variable<T, const D extends string>(
  parse: (text: string) => T | undefined,
  byDefault: D,
  accepts: string,
  about: string,
): Variable<T, D> {
  return { parse, default: byDefault, accepts, about };
}

/** Every variable Masthead reads, in README's order. Names and defaults follow the original blog. */
export const VARIABLES = {
  HOST: variable(text, '127.0.0.1', 'an address', 'Address to listen on'),
  PORT: variable(integer(0, 65535), '8000', '0 to 65535', 'Port to listen on'),
  DATA_DIR: variable(text, './data', 'a folder', 'Database, media, secret key and outbox'),
  DATABASE_URL: variable(
    databaseLocation,
    '',
    "`sqlite:///path` or `postgresql://user:password@host/database`, also in SQLAlchemy's spelling",
    'Another place for the database than `DATA_DIR/masthead.db`',
  ),
  DATABASE_POOL_SIZE: variable(
    integer(2, 1000),
    '10',
    '2 to 1000',
    'Connections to PostgreSQL that one server keeps at most; one more holds its lock',
  ),
  DATABASE_REPLICA_URL: variable(
    postgresUrl,
    '',
    '`postgresql://user:password@host/database`',
    'One streaming replica of it, which who is not signed in reads from',
  ),
  SECRET_KEY: variable(
    text,
    '',
    'text, 32 characters or more are advised',
    'Signs the tokens; made at the first start in `DATA_DIR/secret.key` when absent, but needed with PostgreSQL',
  ),
  ALGORITHM: variable(oneOf('HS256'), 'HS256', '`HS256`', 'Of the tokens'),
  ACCESS_TOKEN_EXPIRE_MINUTES: variable(
    integer(1, 525_600),
    '30',
    '1 to 525600',
    'Life of an access token',
  ),
  RESET_TOKEN_EXPIRE_MINUTES: variable(
    integer(1, 10_080),
    '60',
    '1 to 10080',
    'Life of a reset link',
  ),
  MAX_UPLOAD_SIZE_BYTES: variable(
    integer(1, 100 * 1024 * 1024),
    '5242880',
    '1 to 104857600',
    'Largest picture file',
  ),
  POSTS_PER_PAGE: variable(integer(1, 100), '10', '1 to 100', '`limit` when none is given'),
  FRONTEND_URL: variable(
    origin,
    'http://localhost:8000',
    'an http or https URL',
    'Public address; links in mails begin with it',
  ),
  S3_BUCKET_NAME: variable(
    (value) => (/^[\w.-]{1,255}$/.test(value) ? value : undefined),
    '',
    'a name',
    'Bucket that pictures are kept in, instead of `DATA_DIR/media`',
  ),
  S3_REGION: variable(text, 'us-east-1', 'a region', 'Its region'),
  S3_ACCESS_KEY_ID: variable(
    text,
    '',
    'text',
    "Key to the bucket; without one, what the AWS SDK finds: its own variables, a profile, the machine's role",
  ),
  S3_SECRET_ACCESS_KEY: variable(text, '', 'text', 'Its secret'),
  S3_ENDPOINT_URL: variable(
    base,
    '',
    'an http or https URL',
    'S3 server other than Amazon; the bucket is then part of the path',
  ),
  MEDIA_BASE_URL: variable(
    base,
    '',
    'an http or https URL',
    'Where pages fetch pictures from: a CDN in front of `/media` or of the bucket, or the public bucket itself',
  ),
  MAIL_SERVER: variable(
    text,
    '',
    'a host name',
    'SMTP server; without one, mails are files in `DATA_DIR/outbox`',
  ),
  MAIL_PORT: variable(
    integer(1, 65535),
    '587',
    '1 to 65535',
    'Its port; 465 means TLS from the first byte',
  ),
  MAIL_USERNAME: variable(text, '', 'text', 'SMTP user, if it wants one'),
  MAIL_PASSWORD: variable(text, '', 'text', 'SMTP password'),
  MAIL_FROM: variable(text, 'noreply@example.com', 'an address', 'Sender of the mails'),
  MAIL_USE_TLS: variable(bool, 'true', '`true` or `false`', 'Require STARTTLS'),
  SITE_NAME: variable(text, 'Masthead', 'text', 'Name of the blog'),
  REGISTRATION: variable(
    oneOf('open', 'closed'),
    'open',
    '`open` or `closed`',
    'Closed: only the host makes accounts',
  ),
  TRUST_PROXY: variable(
    proxies,
    'false',
    '`true`, `false`, a number of proxies, or their addresses',
    'Whether `X-Forwarded-*` headers are believed',
  ),
  IMAGE_WORKERS: variable(
    (value) => (value === 'auto' ? Math.min(availableParallelism(), 2) : integer(1, 64)(value)),
    'auto',
    '`auto` (one for each core, at most 2), or 1 to 64',
    'Processes that decode pictures',
  ),
  RATE_LIMITS: variable(
    bool,
    'on',
    '`on` or `off`',
    'Failed logins, uploads, registrations, reset mails and downloads are limited; off is for tests and benchmarks',
  ),
  METRICS_PORT: variable(
    integer(0, 65535),
    '',
    '0 to 65535',
    'Numbers for Prometheus on a port of their own, at `/metrics`',
  ),
  METRICS_HOST: variable(text, '127.0.0.1', 'an address', 'Address of that port'),
  METRICS_TOKEN: variable(
    (value) => (/^[\x21-\x7e]{16,}$/.test(value) ? value : undefined),
    '',
    '16 characters or more, without spaces',
    'Asked of who reads them, as a bearer token; without a port of their own they are at `/metrics` of the blog',
  ),
  STOP_DELAY_SECONDS: variable(
    integer(0, 300),
    '0',
    '0 to 300',
    'After SIGTERM, how long `/health/ready` answers 503 before the server takes no more connections',
  ),
  LOG_LEVEL: variable(
    oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    'info',
    '`trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`',
    'What is logged',
  ),
} as const;

type Name = keyof typeof VARIABLES;
type Value<N extends Name> = NonNullable<ReturnType<(typeof VARIABLES)[N]['parse']>>;
type WithoutDefault = {
  [N in Name]: (typeof VARIABLES)[N]['default'] extends '' ? N : never;
}[Name];

/** What each means; absent when it is not given and has no default. */
export type Values = { readonly [N in Exclude<Name, WithoutDefault>]: Value<N> } & {
  readonly [N in WithoutDefault]?: Value<N>;
};
