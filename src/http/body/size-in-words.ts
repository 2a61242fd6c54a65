/** A limit as the contract writes it: in whole MB, in KB below one. */
export function sizeInWords(bytes: number): string {
  const MB = 1024 * 1024;
  return bytes >= MB ? `${Math.floor(bytes / MB)}MB` : `${Math.floor(bytes / 1024)}KB`;
}
