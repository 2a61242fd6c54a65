import type { Asker } from './asker.ts';
import type { Journal } from './journal.ts';
import type { Random } from './random.ts';

/** Files to upload: those that must be accepted, and those that need not be. */
export interface Uploads {
  good: readonly Buffer[];
  hostile: readonly { name: string; bytes: Buffer }[];
}

/** Somebody with an account, and what they act with. */
export interface Actor extends Asker {
  id: number;
  name: string;
  /** The header of their token. */
  bearer: Record<string, string>;
  /** Of the node that they ask, without a slash at the end. */
  url: string;
  up: () => Promise<void>;
  journal: Journal;
  random: Random;
  uploads: Uploads;
}

/**
 * A part of the blog, as one person uses it. It knows from the answers what must be stored, and
 * asks for what a broken connection left open.
 */
export interface Surface {
  /** How often a step is taken, relative to others, and the step. */
  steps: readonly (readonly [weight: number, step: () => Promise<unknown>])[];
  /** Checks everything that was ever confirmed; returns the files that must be in the store. */
  settle: () => Promise<string[]>;
}
