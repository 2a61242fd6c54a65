import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { type Values, VARIABLES, withoutMarkdown } from './config/variables.ts';

/** A value that cannot be understood; the message names the variable and what it accepts. */
export class ConfigError extends Error {}

/** Where the rows lie. */
export type DatabaseConfig =
  | { readonly kind: 'sqlite'; readonly file: string }
  | {
      readonly kind: 'postgresql';
      readonly url: string;
      /** connections at most */
      readonly poolSize: number;
    };

export type Config = Values & {
  readonly database: DatabaseConfig;
  /** The path of FRONTEND_URL, such as `/blog`; '' at the root of its host. */
  readonly basePath: string;
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

/** Variables of earlier versions that a host must remove: nothing does what they asked for. */
const REMOVED = {
  DATABASE_REPLICA_URL: 'remove it, every read uses DATABASE_URL',
};

/**
 * Reads the environment, over the `.env` file of the working folder if there is one; an empty
 * value is an absent one. Throws ConfigError.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env, folder = process.cwd()): Config {
  const given = { ...readDotEnv(folder), ...env };
  for (const [name, advice] of Object.entries(REMOVED)) {
    if (given[name]) throw new ConfigError(`${name}: no longer supported; ${advice}`);
  }
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
      throw new ConfigError(
        `${name}: not understood${shown}; it accepts ${withoutMarkdown(accepts)}`,
      );
    }
    values[name] = value;
  }
  const config = values as Omit<
    Config,
    'database' | 'basePath' | 'mediaDir' | 'spoolDir' | 'outboxDir'
  >;
  const dataDir = resolve(folder, config.DATA_DIR);
  return Object.freeze({
    ...config,
    DATA_DIR: dataDir,
    database: readDatabase(config, folder, dataDir),
    basePath: new URL(config.FRONTEND_URL).pathname.replace(/\/$/, ''),
    mediaDir: join(dataDir, 'media'),
    spoolDir: join(dataDir, 'spool'),
    outboxDir: join(dataDir, 'outbox'),
  });
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
  // Made by each node for itself, the tokens of one would be nothing to the others.
  if (!SECRET_KEY) {
    throw new ConfigError(
      'SECRET_KEY: needed with PostgreSQL, the same on every server; make one with `openssl rand -hex 32`',
    );
  }
  return { kind: 'postgresql', url: given.url, poolSize };
}

/** The original reads names in any case, so this does. */
function readDotEnv(folder: string): Record<string, string> {
  const file = join(folder, '.env');
  if (!existsSync(file)) return {};
  const pairs = Object.entries(parseEnv(readFileSync(file, 'utf8')));
  return Object.fromEntries(pairs.map(([name, value]) => [name.toUpperCase(), value ?? '']));
}
