import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { canInstall, installPackages } from './debian.ts';

/** Python's `zipfile`, which is not ours: `-t` tries an archive, `-e` unpacks it. Rejects with what it says. */
export async function zipfile(...args: string[]): Promise<void> {
  if (!hasPython() && canInstall()) await installPackages(['python3'], hasPython);
  await promisify(execFile)('python3', ['-m', 'zipfile', ...args]);
}

function hasPython(): boolean {
  return existsSync('/usr/bin/python3');
}
