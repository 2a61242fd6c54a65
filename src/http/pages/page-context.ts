import type { FastifyRequest } from 'fastify';
import type { Config } from '../../config.ts';
import type { Assets } from '../../views/assets.ts';
import type { Page } from '../../views/layout.ts';

/** What a page's address may say was just done, as `?done=<code>`; anything else says nothing. */
const DONE: Record<string, string> = {
  login: 'Login successful!',
  logout: 'You have been logged out.',
  registered: 'Account created successfully! Please login.',
  updated: 'Post updated successfully!',
  deleted: 'Post deleted successfully!',
  profile: 'Profile updated successfully!',
  picture: 'Profile picture updated successfully!',
  'picture-removed': 'Profile picture removed.',
  password: 'Password changed successfully!',
  'reset-sent':
    'If an account exists with this email, you will receive password reset instructions.',
  reset: 'Password reset successfully. You can now log in with your new password.',
  'session-ended': 'That browser has been logged out.',
  'sessions-ended': 'All other browsers have been logged out.',
  'account-deleted': 'Your account has been deleted.',
};

/** The message of a code; the address holds no text, so nobody can put words into the blog's mouth. */
export function doneMessage(code: string | undefined): string | undefined {
  return code !== undefined && Object.hasOwn(DONE, code) ? DONE[code] : undefined;
}

/** Makes what every page is framed by. */
export type PageContext = (request: FastifyRequest, title: string) => Page;

export function createPageContext(
  config: Config,
  assets: Assets,
  mailEnabled: boolean,
): PageContext {
  return (request, title) => {
    const { done } = request.query as { done?: string };
    const status = doneMessage(done);
    return {
      siteName: config.SITE_NAME,
      title,
      viewer: request.viewer,
      ...(status !== undefined && { status }),
      path: request.url.replace(/[?&]done=[^&]*/, ''),
      assets,
      origin: config.FRONTEND_URL,
      registrationOpen: config.REGISTRATION === 'open',
      mailEnabled,
      mediaBase: config.MEDIA_BASE_URL ?? '/media',
    };
  };
}
