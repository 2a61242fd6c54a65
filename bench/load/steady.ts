import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export const RATE = 200;
const SECONDS = 5;

/**
 * The 99th percentile in milliseconds of requests sent at fixed times, RATE a second, whether the
 * ones before were answered or not, and counted from those times: a stall counts for every request
 * during it.
 */
export async function p99AtFixedRate(url: string): Promise<number> {
  const script = `${import.meta.dirname}/steady-client.ts`;
  const args = [script, url, String(RATE), String(SECONDS)];
  return Number((await promisify(execFile)(process.execPath, args)).stdout);
}
