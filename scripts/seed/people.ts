import type { FaceName } from './faces.ts';

/** A user of the demo. */
export interface DemoPerson {
  username: string;
  email: string;
  face: FaceName;
  /** What they say about themselves, in Markdown. */
  bio?: string;
}

/** The password of all of them, so that whoever tries the demo can log in as anyone. */
export const DEMO_PASSWORD = 'ink and paper';

/** The members of a boat club with a garden, a kitchen, a workshop and a shelf of books. */
export const PEOPLE: readonly DemoPerson[] = [
  {
    username: 'Marta Nowak',
    email: 'marta@example.com',
    face: 'bob',
    bio: 'Keeps the boats afloat and the *kettle* on. Writes about the water.',
  },
  { username: 'Dele Adeyemi', email: 'dele@example.com', face: 'beard' },
  {
    username: 'Ingrid Solheim',
    email: 'ingrid@example.com',
    face: 'plait',
    bio: 'Walks, mostly uphill. Grows **beans**, loses most of them to the snails, and reads whatever is lying on the bench in the shed.\n\nSome of it ends up on [the shelf](/search?q=book).',
  },
  { username: 'Noor Haddad', email: 'noor@example.com', face: 'waves' },
  { username: 'jun', email: 'jun@example.com', face: 'fringe' },
  { username: 'Wilhelmina van Houten-Achterberg', email: 'wilhelmina@example.com', face: 'hat' },
];
