import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Config, ConfigError } from '../config.ts';

/** 32 bytes as text, so that the file's line can be moved into SECRET_KEY and means the same. */
const LINE = /^[\w-]{43}\s*$/;

/**
 * The bytes that sign access tokens: SECRET_KEY in UTF-8, or the line of `DATA_DIR/secret.key`,
 * which is made when absent (mode 0600). Throws ConfigError when it cannot be read or made.
 */
export function loadSecretKey(config: Pick<Config, 'SECRET_KEY' | 'DATA_DIR'>): Uint8Array {
  if (config.SECRET_KEY) return Buffer.from(config.SECRET_KEY);
  const file = join(config.DATA_DIR, 'secret.key');
  try {
    const line = read(file) ?? make(config.DATA_DIR, file);
    if (LINE.test(line)) return Buffer.from(line.trim());
  } catch (error) {
    const reason = (error as Error).message;
    throw new ConfigError(`SECRET_KEY is not set and ${file} cannot be used: ${reason}`, {
      cause: error,
    });
  }
  throw new ConfigError(
    `${file} is damaged: restore it, or delete it and a new one is made (all access tokens end)`,
  );
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * A link neither replaces a file nor shows half of one: of two starts at once, the second takes
 * what the first made, and a crash leaves no empty key.
 */
function make(dataDir: string, file: string): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const own = `${file}.${randomBytes(8).toString('hex')}`;
  try {
    const line = `${randomBytes(32).toString('base64url')}\n`;
    writeFileSync(own, line, { mode: 0o600, flag: 'wx', flush: true });
    linkSync(own, file);
    sync(dataDir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(own, { force: true });
  }
  return readFileSync(file, 'utf8');
}

/** Makes the new name in the folder survive a power cut. */
function sync(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
