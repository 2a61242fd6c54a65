import { join, resolve } from 'node:path';
import { readDotEnv } from './config/dot-env.ts';
import { type Values, VARIABLES, withoutMarkdown } from './config/variables.ts';
import { configWarnings } from './config/warnings.ts';

/** Warnings about settings without effect in the environment and in `.env`, one sentence each. */
export function readWarnings(
  env: NodeJS.ProcessEnv = process.env,
  folder = process.cwd(),
): string[] {
  return configWarnings(readDotEnv(folder), env);
}

/** A value that is not valid; the message names the variable and what it accepts. */
export class ConfigError extends Error {}

/** Which database to use. */
export type DatabaseConfig =
  | { readonly kind: 'sqlite'; readonly file: string }
  | {
      readonly kind: 'postgresql';
      readonly url: string;
      /** Most connections to PostgreSQL at a time. */
      readonly poolSize: number;
    };

export type Config = Values & {
  readonly database: DatabaseConfig;
  /** The path of FRONTEND_URL, such as `/blog`; '' at the root of its host. */
  readonly basePath: string;
  readonly mediaDir: string;
  /** Holds files of uploads in progress. */
  readonly spoolDir: string;
  readonly outboxDir: string;
  /** The variables that the environment or `.env` sets. */
  readonly given: ReadonlySet<string>;
};

/** Variables that need another one. Without it they are a mistake that would lose pictures later. */
const NEEDS = [
  ['S3_ENDPOINT_URL', 'S3_BUCKET_NAME'],
  ['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'],
  ['S3_SECRET_ACCESS_KEY', 'S3_ACCESS_KEY_ID'],
] as const;

/** Variables of earlier versions that must be removed, because nothing uses them. */
const REMOVED = {
  DATABASE_REPLICA_URL: 'remove it, every read uses DATABASE_URL',
};

/**
 * Reads the environment, with the working folder's `.env` file behind it; an empty value counts as
 * absent. Throws ConfigError.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env, folder = process.cwd()): Config {
  const given = { ...readDotEnv(folder)?.values, ...env };
  for (const [name, advice] of Object.entries(REMOVED)) {
    if (given[name]) throw new ConfigError(`${name}: no longer supported; ${advice}`);
  }
  for (const [name, other] of NEEDS) {
    if (given[name] && !given[other]) throw new ConfigError(`${other}: required with ${name}`);
  }
  const values: Record<string, unknown> = {};
  for (const [name, { parse, accepts, default: byDefault }] of Object.entries(VARIABLES)) {
    const raw = given[name] || byDefault;
    if (raw === '') continue;
    const value = parse(raw);
    if (value === undefined) {
      // Secrets are not echoed, nor URLs that may hold one.
      const shown = /SECRET|PASSWORD|TOKEN$|URL/.test(name) ? '' : ` (${JSON.stringify(raw)})`;
      throw new ConfigError(
        `${name}: not a valid value${shown}; it accepts ${withoutMarkdown(accepts)}`,
      );
    }
    values[name] = value;
  }
  const config = values as Omit<
    Config,
    'database' | 'basePath' | 'mediaDir' | 'spoolDir' | 'outboxDir' | 'given'
  >;
  const dataDir = resolve(folder, config.DATA_DIR);
  const publicUrl = given['FRONTEND_URL'] ? config.FRONTEND_URL : onThisMachine(config);
  return Object.freeze({
    ...config,
    FRONTEND_URL: publicUrl,
    DATA_DIR: dataDir,
    database: readDatabase(config, folder, dataDir),
    basePath: new URL(publicUrl).pathname.replace(/\/$/, ''),
    mediaDir: join(dataDir, 'media'),
    spoolDir: join(dataDir, 'spool'),
    outboxDir: join(dataDir, 'outbox'),
    given: new Set(Object.keys(VARIABLES).filter((name) => given[name])),
  });
}

/** What a browser on this machine calls `localhost`. */
const LOCAL = ['127.0.0.1', 'localhost', '0.0.0.0', '::'];

/** The default of FRONTEND_URL. With PORT=0 the system picks a port, which is not known yet. */
function onThisMachine({ HOST, PORT }: Pick<Config, 'HOST' | 'PORT'>): string {
  const port = PORT || 8000;
  const named = `http://${HOST.includes(':') ? `[${HOST}]` : HOST}:${port}`;
  return LOCAL.includes(HOST) || !URL.canParse(named) ? `http://localhost:${port}` : named;
}

function readDatabase(
  config: Pick<Config, 'DATABASE_URL' | 'DATABASE_POOL_SIZE' | 'SECRET_KEY'>,
  folder: string,
  dataDir: string,
): DatabaseConfig {
  const { DATABASE_URL: given, DATABASE_POOL_SIZE: poolSize, SECRET_KEY } = config;
  if (given === undefined || 'file' in given) {
    const file = given ? resolve(folder, given.file) : join(dataDir, 'masthead.db');
    return { kind: 'sqlite', file };
  }
  // If each node made its own, no node would accept the tokens of another.
  if (!SECRET_KEY) {
    throw new ConfigError(
      'SECRET_KEY: required with PostgreSQL, the same on every server; make one with `openssl rand -hex 32`',
    );
  }
  return { kind: 'postgresql', url: given.url, poolSize };
}
