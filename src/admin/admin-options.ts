import type { FastifyRequest } from 'fastify';
import { authorize } from '../auth/policy.ts';
import { viewerOf } from '../auth/viewer.ts';
import type { Pages } from '../http/pages/route-options.ts';

/** Route options for pages and forms of those who run the blog; `run`: of owners alone. */
export function adminOptions({ signedIn, form }: Pages, action: 'moderate' | 'run' = 'moderate') {
  const allowed = async (request: FastifyRequest) =>
    authorize(
      viewerOf(request),
      action,
      { kind: 'blog' },
      'Only those who run this blog may see this page',
    );
  return {
    get: { ...signedIn, onRequest: [...signedIn.onRequest, allowed] },
    // After the form is read, so that a refusal can show what was typed.
    post: { ...form, preValidation: allowed },
  };
}
