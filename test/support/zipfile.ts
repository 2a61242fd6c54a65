import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { canInstall, installPackages } from './processes/debian.ts';

/**
 * Python's `zipfile`, which is independent of us: `-t` tests an archive, `-e` unpacks it. Rejects
 * with its output.
 */
export async function zipfile(...args: string[]): Promise<void> {
  if (!hasPython() && canInstall()) await installPackages(['python3'], hasPython);
  await promisify(execFile)('python3', ['-m', 'zipfile', ...args]);
}

function hasPython(): boolean {
  return existsSync('/usr/bin/python3');
}
