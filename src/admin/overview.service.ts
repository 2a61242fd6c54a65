import { countHeldComments } from '../comments/held/held.service.ts';
import type { Context } from '../context.ts';
import * as store from './overview.store.ts';

/** One line of what a check of the whole setup found. */
export interface Finding {
  level: 'ok' | 'warning' | 'problem';
  text: string;
}

export type Totals = Awaited<ReturnType<typeof store.countEverything>>;
export type Storage = Awaited<ReturnType<typeof store.sumStorage>>;

/** How much the blog holds, and for owners what that takes. */
export async function getOverview(
  { db }: Context,
  { storage }: { storage: boolean },
): Promise<Totals & { storage: Storage | undefined; held: number }> {
  const totals = await store.countEverything(db);
  const held = await countHeldComments({ db });
  return { ...totals, held, storage: storage ? await store.sumStorage(db) : undefined };
}

/** Wraps `check` so that requests during a check share its findings. */
export function shareChecks(check: () => Promise<Finding[]>): () => Promise<Finding[]> {
  let running: Promise<Finding[]> | undefined;
  return () => {
    running ??= check().finally(() => {
      running = undefined;
    });
    return running;
  };
}
