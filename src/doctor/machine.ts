import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Config } from '../config.ts';
import { ok, problem, warning, type Finding } from './finding.ts';

/** The oldest version that runs this TypeScript directly and has the parts of node:sqlite that are used. */
const NODE_MIN = 26;
const MB = 1024 * 1024;
/** The database writes its log next to itself, and uploads in progress take up to 1 GB. */
const FREE_MIN = 100 * MB;
const FREE_ADVISED = 2048 * MB;

/** The version of Node, and the free space where the data is. */
export async function checkMachine(config: Config): Promise<Finding[]> {
  return [node(), await space(config.DATA_DIR)];
}

function node(): Finding {
  const { version } = process;
  if (Number.parseInt(version.slice(1), 10) >= NODE_MIN) return ok(`Node ${version}`);
  return problem(`Node ${version} is too old: Masthead needs ${NODE_MIN} or newer`);
}

async function space(dataDir: string): Promise<Finding> {
  let folder = dataDir;
  while (!existsSync(folder)) folder = dirname(folder);
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const text = `${Math.floor(free / MB)} MB are free where DATA_DIR is (${dataDir})`;
  if (free < FREE_MIN) return problem(`${text}: make room, or move DATA_DIR`);
  if (free < FREE_ADVISED) return warning(`${text}; uploads in progress may need 1,024 MB of it`);
  return ok(text);
}
