import type { FastifyRequest } from 'fastify';
import type { Config } from '../../config.ts';
import { readForm } from '../../http/pages/form.ts';
import { UserCreate } from '../../users/user.ts';
import { checkNewPassword } from '../new-password.ts';
import { trimUsername } from '../typed-name.ts';

/** The fields of a posted registration. Throws ValidationError, also for a password that is easy to guess. */
export async function readRegistration(
  request: FastifyRequest,
  { SITE_NAME }: Pick<Config, 'SITE_NAME'>,
): Promise<UserCreate> {
  trimUsername(request);
  const given = readForm(request, UserCreate);
  await checkNewPassword(request, 'password', [given.username, given.email, SITE_NAME]);
  return given;
}
