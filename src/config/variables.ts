import { availableParallelism } from 'node:os';
import {
  base,
  bool,
  databaseLocation,
  greeting,
  integer,
  oneOf,
  publicAddress,
  proxies,
  text,
} from './values.ts';

interface Variable<T, D extends string> {
  /** As docs/configuration.md shows it; '' when there is none. */
  default: D;
  about: string;
  accepts: string;
  /** Returns undefined for a value it does not accept. */
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

/** Every variable Masthead reads, in the order of docs/configuration.md. Names and defaults follow the original blog. */
export const VARIABLES = {
  HOST: variable(text, '127.0.0.1', 'an address', 'Address to listen on'),
  PORT: variable(integer(0, 65535), '8000', '0 to 65535', 'Port to listen on'),
  DATA_DIR: variable(
    text,
    './data',
    'a folder',
    'Folder for the database, pictures, secret key and unsent mail',
  ),
  DATABASE_URL: variable(
    databaseLocation,
    '',
    "`sqlite:///path` or `postgresql://user:password@host/database`, the password percent-encoded (`/` is `%2F`, `@` `%40`, `#` `%23`, `?` `%3F`); SQLAlchemy's spelling works too",
    'Where the database is, if not in `DATA_DIR/masthead.db`',
  ),
  DATABASE_POOL_SIZE: variable(
    integer(2, 1000),
    '10',
    '2 to 1000',
    'Most connections to PostgreSQL that one server opens; one more holds its lock',
  ),
  SECRET_KEY: variable(
    text,
    '',
    'text; at least 32 characters are advised',
    'Signs access tokens. If not set, one is created in `DATA_DIR/secret.key`; required with PostgreSQL',
  ),
  ALGORITHM: variable(oneOf('HS256'), 'HS256', '`HS256`', 'JWT signing algorithm'),
  ACCESS_TOKEN_EXPIRE_MINUTES: variable(
    integer(1, 525_600),
    '30',
    '1 to 525600',
    'How long an access token is valid, in minutes',
  ),
  RESET_TOKEN_EXPIRE_MINUTES: variable(
    integer(1, 10_080),
    '60',
    '1 to 10080',
    'How long a password reset link is valid, in minutes',
  ),
  MAX_UPLOAD_SIZE_BYTES: variable(
    integer(1, 100 * 1024 * 1024),
    '5242880',
    '1 to 104857600',
    'Largest picture file, in bytes',
  ),
  PICTURE_QUOTA_MB: variable(
    integer(1, 10_000_000),
    '',
    '1 to 10000000',
    'Most megabytes (of 1024 × 1024 bytes) that the pictures of one person for posts may take; without it, as many as fit',
  ),
  POSTS_PER_PAGE: variable(
    integer(1, 100),
    '10',
    '1 to 100',
    'Posts on a page, and the default of `limit` in the API',
  ),
  FRONTEND_URL: variable(
    publicAddress,
    'http://localhost:8000',
    'an http or https URL; its path may have letters, digits, `-`, `.`, `_` and `~`',
    'Public address of the blog, with its path if it has one; links in mails start with it. If not set, this machine with `HOST` and `PORT`',
  ),
  S3_BUCKET_NAME: variable(
    (value) => (/^[\w.-]{1,255}$/.test(value) ? value : undefined),
    '',
    'a name',
    'S3 bucket for pictures, instead of `DATA_DIR/media`',
  ),
  S3_REGION: variable(text, 'us-east-1', 'a region', 'Region of the bucket'),
  S3_ACCESS_KEY_ID: variable(
    text,
    '',
    'text',
    'Access key for the bucket. If not set, the AWS SDK looks for its own variables, a profile or a role',
  ),
  S3_SECRET_ACCESS_KEY: variable(text, '', 'text', 'Secret of the access key'),
  S3_ENDPOINT_URL: variable(
    base,
    '',
    'an http or https URL',
    "Address of an S3 server other than Amazon's; the bucket becomes part of the path",
  ),
  MEDIA_BASE_URL: variable(
    base,
    '',
    'an http or https URL',
    'Where pages load pictures from: a CDN in front of `/media` or the bucket, or a public bucket',
  ),
  MAIL_SERVER: variable(
    text,
    '',
    'a host name',
    'SMTP server; without one, mails are saved as files in `DATA_DIR/outbox`',
  ),
  MAIL_PORT: variable(
    integer(1, 65535),
    '587',
    '1 to 65535',
    'Port of the SMTP server; 465 means TLS from the first byte',
  ),
  MAIL_USERNAME: variable(text, '', 'text', 'SMTP user name, if the server needs one'),
  MAIL_PASSWORD: variable(text, '', 'text', 'SMTP password'),
  MAIL_FROM: variable(text, 'noreply@example.com', 'an address', 'Sender address of mails'),
  MAIL_USE_TLS: variable(bool, 'true', '`true` or `false`', 'Whether STARTTLS is required'),
  MAIL_HELO_NAME: variable(
    greeting,
    '',
    'a host name, or an IP address in brackets',
    "Name that the mail server is greeted with; if not set, the host of `FRONTEND_URL` or this machine's full name",
  ),
  MAIL_DAILY_LIMIT: variable(
    integer(1, 10_000_000),
    '2000',
    '1 to 10000000',
    'Most mails that are sent on a day (UTC); more wait for the next',
  ),
  SITE_NAME: variable(
    text,
    'Masthead',
    'text',
    'Name of the blog. If not set, the setting `site-name` says so',
  ),
  REGISTRATION: variable(
    oneOf('open', 'approval', 'invite', 'closed'),
    'open',
    '`open`, `approval`, `invite` or `closed`',
    'Who can register: everybody; everybody, but they wait for approval; who has an invitation; nobody, so that `masthead user create` makes accounts. If not set, the setting `registration` says so',
  ),
  TRUST_PROXY: variable(
    proxies,
    'false',
    '`true`, `false`, the number of proxies, or their addresses',
    'Which proxies may set `X-Forwarded-*` headers',
  ),
  IMAGE_WORKERS: variable(
    (value) => (value === 'auto' ? Math.min(availableParallelism(), 2) : integer(1, 64)(value)),
    'auto',
    '`auto` (one per core, at most 2), or 1 to 64',
    'Processes that decode pictures',
  ),
  RATE_LIMITS: variable(
    bool,
    'on',
    '`on` or `off`',
    'Limits on failed logins, registrations, mails, uploads, comments, reports, searches and downloads; off is for tests and benchmarks',
  ),
  METRICS_PORT: variable(
    integer(0, 65535),
    '',
    '0 to 65535',
    'Port that serves Prometheus metrics, at `/metrics`',
  ),
  METRICS_HOST: variable(text, '127.0.0.1', 'an address', 'Address of the metrics port'),
  METRICS_TOKEN: variable(
    (value) => (/^[\x21-\x7e]{16,}$/.test(value) ? value : undefined),
    '',
    'at least 16 characters, no spaces',
    'Bearer token required to read metrics; without `METRICS_PORT`, they are at `/metrics` of the blog',
  ),
  STOP_DELAY_SECONDS: variable(
    integer(0, 300),
    '0',
    '0 to 300',
    'Seconds after SIGTERM in which `/health/ready` answers 503 but connections are still accepted',
  ),
  LOG_LEVEL: variable(
    oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    'info',
    '`trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`',
    'Least severe messages that are logged',
  ),
} as const;

/** A description of a variable without its Markdown, for a terminal. */
export const withoutMarkdown = (text: string): string => text.replaceAll('`', '');

type Name = keyof typeof VARIABLES;
type Value<N extends Name> = NonNullable<ReturnType<(typeof VARIABLES)[N]['parse']>>;
type WithoutDefault = {
  [N in Name]: (typeof VARIABLES)[N]['default'] extends '' ? N : never;
}[Name];

/** The parsed values; a variable that is not set and has no default is absent. */
export type Values = { readonly [N in Exclude<Name, WithoutDefault>]: Value<N> } & {
  readonly [N in WithoutDefault]?: Value<N>;
};
