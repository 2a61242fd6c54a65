import { can } from '../auth/policy.ts';
import { MEDIA } from '../media/picture-variants.ts';
import { href } from '../views/href.ts';
import type { Page } from '../views/layout.ts';
import { postSubject } from './post.ts';

/**
 * Where a page loads the pictures of a post from: `MEDIA_BASE_URL` serves everybody, so only
 * pictures that everybody may see are loaded from it.
 */
export function pictureBase(page: Page, post: Parameters<typeof postSubject>[0]): string {
  return can(null, 'read', postSubject(post)) ? page.mediaBase : href(page, MEDIA);
}
