/**
 * What makes two names the same: NFKC, upper case, then lower case, so that `straße` and `STRASSE`
 * are one. Made here and stored, so that both databases agree on it.
 */
export function caseKey(name: string): string {
  return name.normalize('NFKC').toUpperCase().toLowerCase();
}
