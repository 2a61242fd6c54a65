/** A comment to create; `by` is a username, `on` the title of a post. */
interface DemoComment {
  on: string;
  by: string;
  content: string;
  replies?: { by: string; content: string }[];
}

/** Few of each person: a new account may write five on its first day. */
export const COMMENTS: readonly DemoComment[] = [
  {
    on: 'Mist on the long straight',
    by: 'Marta Nowak',
    content:
      'I heard you long before I saw you. Next time, **two lamps**: the launch goes out at six on Sundays.',
    replies: [
      {
        by: 'Ingrid Solheim',
        content: 'Two lamps, promised. @Dele Adeyemi, is the one with the bracket mended yet?',
      },
      { by: 'Dele Adeyemi', content: 'Since Tuesday. It hangs in the shed, left of the door.' },
    ],
  },
  {
    on: 'Mist on the long straight',
    by: 'Wilhelmina van Houten-Achterberg',
    content:
      'From the bridge it looked as if the boat stood still and the trees went past.\n\n> the long straight\n\nis the only part of this river that deserves its name.',
  },
  {
    on: 'Soup rota',
    by: 'jun',
    content: 'I can take the second week if somebody lends me the large pot.',
    replies: [{ by: 'Noor Haddad', content: 'It is yours, @jun. Mind the handle.' }],
  },
];
