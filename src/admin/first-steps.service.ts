import { authorize, can, type Viewer } from '../auth/policy.ts';
import type { Context } from '../context.ts';
import { getFixedSetting } from '../settings/settings.ts';
import * as store from './first-steps.store.ts';

export type Steps = Pick<store.Done, 'written' | 'invited' | 'chosen'>;

const DISMISSED = 'first-steps';

/** Whether nobody has an account yet. */
export async function isUnclaimed({ db }: Context): Promise<boolean> {
  return !(await store.hasAccounts(db));
}

/** The first steps of a new blog for `viewer`, if one is left and no owner has dismissed them. */
export async function getSteps({ db }: Context, viewer: Viewer): Promise<Steps | undefined> {
  if (!can(viewer, 'run', { kind: 'blog' })) return undefined;
  const { dismissed, ...steps } = await store.findDone(db, DISMISSED);
  return dismissed || Object.values(steps).every(Boolean) ? undefined : steps;
}

/** Nobody sees the steps any more. Throws 403. */
export async function dismissSteps(ctx: Context, viewer: Viewer): Promise<void> {
  authorize(viewer, 'run', { kind: 'blog' }, 'Only owners see the first steps');
  await getFixedSetting(ctx, DISMISSED, () => 'dismissed');
}
