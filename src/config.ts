import { availableParallelism } from 'node:os';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';

/** A value that cannot be understood; the message names the variable and what it accepts. */
export class ConfigError extends Error {}

interface Variable<T> {
  /** As README's table shows it; '' when there is none. */
  default: string;
  about: string;
  accepts: string;
  /** Returns undefined for what it does not accept. */
  parse: (text: string) => T | undefined;
}

function variable<T>(
  parse: (text: string) => T | undefined,
  byDefault: string,
  accepts: string,
  about: string,
): Variable<T> {
  return { parse, default: byDefault, accepts, about };
}

const text = (value: string) => value;
const oneOf =
  <const T extends string>(...options: T[]) =>
  (value: string) =>
    options.find((option) => option.toLowerCase() === value.toLowerCase());
const integer = (min: number, max: number) => (value: string) =>
  /^\d{1,15}$/.test(value) && Number(value) >= min && Number(value) <= max
    ? Number(value)
    : undefined;
const WORDS: Record<string, boolean> = {
  true: true,
  yes: true,
  on: true,
  '1': true,
  false: false,
  no: false,
  off: false,
  '0': false,
};
const bool = (value: string) => WORDS[value.toLowerCase()];
const origin = (value: string) => {
  const url = URL.parse(value);
  return url && /^https?:$/.test(url.protocol) ? value.replace(/\/+$/, '') : undefined;
};

/** An address that more is appended to, so one without query, fragment or credentials. */
const base = (value: string) =>
  /[?#@]/.test(value) || /\s/.test(value) ? undefined : origin(value);

/** Where the rows lie. */
export type DatabaseConfig =
  | { readonly kind: 'sqlite'; readonly file: string }
  | {
      readonly kind: 'postgresql';
      readonly url: string;
      readonly replicaUrl?: string;
      /** connections at most */
      readonly poolSize: number;
    };

/** SQLAlchemy's spelling with its driver is understood too: `sqlite+aiosqlite:///./blog.db`. */
export function databaseLocation(value: string): { file: string } | { url: string } | undefined {
  const file = /^sqlite(?:\+\w+)?:\/\/\/(.+)$/.exec(value)?.[1];
  if (file !== undefined) return { file };
  const url = postgresUrl(value);
  return url === undefined ? undefined : { url };
}

/** In the one spelling that the driver knows. */
function postgresUrl(value: string): string | undefined {
  const rest = /^postgres(?:ql)?(?:\+\w+)?:(\/\/.+)$/.exec(value)?.[1];
  return rest !== undefined && URL.canParse(`postgresql:${rest}`)
    ? `postgresql:${rest}`
    : undefined;
}

/** `loopback`-style names and CIDR lists are Fastify's own; a number counts proxies. */
function proxies(value: string): boolean | number | string | undefined {
  const word = bool(value);
  if (word === false || (word === true && value !== '1')) return word;
  if (/^\d{1,2}$/.test(value)) return Number(value);
  return /^[\da-f.:/, ]+$/i.test(value) ? value : undefined;
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

type Parsed = {
  [N in keyof typeof VARIABLES]: NonNullable<ReturnType<(typeof VARIABLES)[N]['parse']>>;
};

/** Variables that are absent unless given; all others have a default. */
type Optional =
  | 'DATABASE_URL'
  | 'DATABASE_REPLICA_URL'
  | 'SECRET_KEY'
  | 'S3_BUCKET_NAME'
  | 'S3_ACCESS_KEY_ID'
  | 'S3_SECRET_ACCESS_KEY'
  | 'S3_ENDPOINT_URL'
  | 'MEDIA_BASE_URL'
  | 'MAIL_SERVER'
  | 'MAIL_USERNAME'
  | 'MAIL_PASSWORD'
  | 'METRICS_PORT'
  | 'METRICS_TOKEN';

export type Config = Readonly<Omit<Parsed, Optional> & Partial<Pick<Parsed, Optional>>> & {
  readonly database: DatabaseConfig;
  readonly mediaDir: string;
  /** For uploads on their way; empty, since none of those files has a name. */
  readonly spoolDir: string;
  readonly outboxDir: string;
};

/** Variables that mean nothing without another; alone, they are a slip that would cost pictures later. */
const NEEDS = [
  ['S3_ENDPOINT_URL', 'S3_BUCKET_NAME'],
  ['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'],
  ['S3_SECRET_ACCESS_KEY', 'S3_ACCESS_KEY_ID'],
] as const;

/**
 * Reads the environment, over the `.env` file of the working folder if there is one; an empty
 * value is an absent one. Throws ConfigError.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env, folder = process.cwd()): Config {
  const given = { ...readDotEnv(folder), ...env };
  for (const [name, other] of NEEDS) {
    if (given[name] && !given[other]) throw new ConfigError(`${other}: needed beside ${name}`);
  }
  const values: Record<string, unknown> = {};
  for (const [name, { parse, accepts, default: byDefault }] of Object.entries(VARIABLES)) {
    const raw = given[name] || byDefault;
    if (raw === '') continue;
    const value = parse(raw);
    if (value === undefined) {
      // A secret is not echoed, and neither is a URL that may hold one.
      const shown = /SECRET|PASSWORD|TOKEN$|URL/.test(name) ? '' : ` (${JSON.stringify(raw)})`;
      throw new ConfigError(`${name}: not understood${shown}; it accepts ${plain(accepts)}`);
    }
    values[name] = value;
  }
  const config = values as Omit<Config, 'database' | 'mediaDir' | 'spoolDir' | 'outboxDir'>;
  const dataDir = resolve(folder, config.DATA_DIR);
  return Object.freeze({
    ...config,
    DATA_DIR: dataDir,
    database: readDatabase(config, folder, dataDir),
    mediaDir: join(dataDir, 'media'),
    spoolDir: join(dataDir, 'spool'),
    outboxDir: join(dataDir, 'outbox'),
  });
}

function readDatabase(
  config: Pick<
    Config,
    'DATABASE_URL' | 'DATABASE_REPLICA_URL' | 'DATABASE_POOL_SIZE' | 'SECRET_KEY'
  >,
  folder: string,
  dataDir: string,
): DatabaseConfig {
  const { DATABASE_URL: given, DATABASE_REPLICA_URL: replicaUrl, SECRET_KEY } = config;
  if (given === undefined || 'file' in given) {
    if (replicaUrl) throw new ConfigError('DATABASE_REPLICA_URL: DATABASE_URL is no PostgreSQL');
    const file = given ? resolve(folder, given.file) : join(dataDir, 'masthead.db');
    return { kind: 'sqlite', file };
  }
  // Made by each node for itself, the tokens of one would be nothing to the others.
  if (!SECRET_KEY) {
    throw new ConfigError(
      'SECRET_KEY: needed with PostgreSQL, the same on every server; make one with `openssl rand -hex 32`',
    );
  }
  const poolSize = config.DATABASE_POOL_SIZE;
  return { kind: 'postgresql', url: given.url, ...(replicaUrl && { replicaUrl }), poolSize };
}

/** The original reads names in any case, so this does. */
function readDotEnv(folder: string): Record<string, string> {
  const file = join(folder, '.env');
  if (!existsSync(file)) return {};
  const pairs = Object.entries(parseEnv(readFileSync(file, 'utf8')));
  return Object.fromEntries(pairs.map(([name, value]) => [name.toUpperCase(), value ?? '']));
}

function plain(markdown: string): string {
  return markdown.replaceAll('`', '');
}

/**
 * Starts this process anew, under the same id and with the same arguments, when it lacks one of these
 * `variables`; for what the system reads only at a start. Does nothing where that cannot be done, and
 * for whoever talks to this process over a channel of Node's own.
 */
export function restartWith(variables: Readonly<Record<string, string>>): void {
  const lacking = Object.keys(variables).some((name) => process.env[name] === undefined);
  if (!lacking || process.execve === undefined || process.connected) return;
  const args = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  process.execve(process.execPath, args, { ...variables, ...process.env });
}
