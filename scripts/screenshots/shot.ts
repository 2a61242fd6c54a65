import type { SiteName, Visitor } from './sites.ts';
import type { Act } from './acts.ts';

/** One page in one state. */
export interface Shot {
  name: string;
  path: string;
  site?: SiteName;
  as?: Visitor;
  /** Whether the browser runs scripts; true by default. */
  scripts?: boolean;
  /** Brings the page into its state. */
  act?: Act;
  /** Only what is on the screen, for what is in its middle or has the focus. */
  screen?: boolean;
}
