import { createHmac, timingSafeEqual } from 'node:crypto';
import { findAccount } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';

/** How long after registering the login page knows the address; seconds. */
const LASTS = 10 * 60;

/**
 * A signed value for the address of the login page that names an account for LASTS seconds. It
 * cannot be guessed.
 */
export function newPrefill(ctx: Context, userId: number): string {
  const named = `${userId}.${Math.floor(ctx.clock() / 1000) + LASTS}`;
  return `${named}.${signature(ctx, named)}`;
}

/** The e-mail of the account that a prefill names; undefined if it has expired, or is not one of ours. */
export async function readPrefill(ctx: Context, prefill: string): Promise<string | undefined> {
  const [, named = '', id = '', end = '', given = ''] =
    /^((\d{1,15})\.(\d{1,12}))\.([\w-]{43})$/.exec(prefill) ?? [];
  const expected = Buffer.from(signature(ctx, named));
  if (!timingSafeEqual(Buffer.from(given.padEnd(43)), expected)) return undefined;
  if (Number(end) * 1000 < ctx.clock()) return undefined;
  return (await findAccount(ctx, Number(id)))?.email;
}

function signature({ config }: Context, named: string): string {
  return createHmac('sha256', config.secretKey)
    .update(`login-prefill ${named}`)
    .digest('base64url');
}
