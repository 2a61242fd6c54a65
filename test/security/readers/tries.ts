/** The requests with which somebody may try an address whose ETag they know. */
export const tries = (tag: string): [method: string, headers: Record<string, string>][] => [
  ['GET', {}],
  ['HEAD', {}],
  ['GET', { range: 'bytes=0-20' }],
  ['GET', { 'if-none-match': tag }],
  ['GET', { range: 'bytes=0-20', 'if-range': tag }],
];
