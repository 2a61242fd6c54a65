import type { Context } from '../context.ts';
import { HttpError } from '../errors.ts';
import { issueAccessToken, readAccessToken } from '../auth/tokens.ts';
import type { App } from '../http/app-type.ts';

/** User ids begin with 1, so no user's token can be taken for the doctor's. */
const DOCTOR = 0;
export const ECHO_PATH = '/health/seen';

/** How a request reached the server. */
export interface RequestEcho {
  /** The address that the server takes for the sender's: what rate limits count by. */
  address: string;
  /** The address that was connected to the server. */
  peer: string;
  forwardedFor: string | null;
  forwardedProto: string | null;
}

/** A token that opens ECHO_PATH for a minute on every server with this key. `now`: milliseconds. */
export function issueDoctorsToken(secret: Uint8Array, now: number): Promise<string> {
  return issueAccessToken({ secret, userId: DOCTOR, tokenVersion: 0, minutes: 1, now });
}

/** Registers ECHO_PATH, which tells the doctor how its request arrived, to show what a proxy adds. */
export function registerRequestEcho(app: App, ctx: Context): void {
  app.get(ECHO_PATH, { schema: { hide: true } }, async (request, reply) => {
    const [, token = ''] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
    const { secretKey: secret } = ctx.config;
    const { userId } = await readAccessToken({ secret, token, now: ctx.clock() });
    if (userId !== DOCTOR) throw new HttpError(401, 'Invalid or expired token');
    reply.header('cache-control', 'no-store');
    const { 'x-forwarded-proto': proto } = request.headers;
    // As it was sent: in `headers` it is replaced by the sender's address.
    const by = request.raw.headersDistinct['x-forwarded-for'];
    return {
      address: request.ip,
      peer: request.socket.remoteAddress ?? '',
      forwardedFor: by?.join(', ') ?? null,
      forwardedProto: proto === undefined ? null : String(proto),
    } satisfies RequestEcho;
  });
}
