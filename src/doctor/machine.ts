import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Config } from '../config.ts';
import { SLOWEST, WORKER_LIMITS } from '../images/limits.ts';
import { measureMachine } from '../images/pool/measure-machine.ts';
import { ok, problem, reasonOf, warning, type Finding } from './finding.ts';

/** The oldest version that runs this TypeScript directly and has the parts of node:sqlite that are used. */
const NODE_MIN = 26;
const MB = 1024 * 1024;
/** The database writes its log next to itself, and uploads in progress take up to 1 GB. */
const FREE_MIN = 100 * MB;
const FREE_ADVISED = 2048 * MB;

/** The version of Node, the free space where the data is, and what pictures this machine can take. */
export async function checkMachine(config: Config): Promise<Finding[]> {
  return [node(), await space(config.DATA_DIR), await decoding()];
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

/**
 * The largest part of the limit that a photo of 12 megapixels takes, by the measurements in
 * docs/limits.md.
 */
const PHOTO = 0.25;

async function decoding(): Promise<Finding> {
  try {
    const slowness = await measureMachine();
    const seconds = (WORKER_LIMITS.cpuMs / 1000) * slowness;
    const text =
      `One picture may take ${seconds.toFixed(1)} s of processor time here; a photo of 12 megapixels takes up to ` +
      `${(PHOTO * seconds).toFixed(1)} s`;
    if (slowness < SLOWEST) return ok(text);
    return warning(`${text} or longer: this machine is so slow that large photos may be refused`);
  } catch (error) {
    return problem(`Pictures cannot be decoded: ${reasonOf(error)}`);
  }
}
