import type { Config } from '../config.ts';
import type { Database } from '../db/database.ts';
import { readSite } from '../settings/site.ts';
import { ok, warning, type Finding } from './finding.ts';

/** A name of this machine that no other machine can reach. */
export const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Whether every stranger can make an account that may write at once. */
export async function checkRegistration(config: Config, db: Database): Promise<Finding> {
  const { registration } = await readSite({ config, db });
  const reachable = !LOOPBACK.test(new URL(config.FRONTEND_URL).hostname);
  if (registration !== 'open' || !reachable) return ok(`Registration is set to "${registration}"`);
  return warning(
    'Registration is open: every stranger can write here at once; choose approval or invite at /admin/settings, or set REGISTRATION',
  );
}
