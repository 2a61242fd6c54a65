/** Characters that show nothing: no ink, no space. U+2800 is a Braille pattern without dots. */
const INVISIBLE = String.raw`\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\u2800`;
const ALL_INVISIBLE = new RegExp(`[${INVISIBLE}]`, 'gu');
const VISIBLE = new RegExp(String.raw`[^\p{White_Space}${INVISIBLE}]`, 'u');

/** Whether a reader sees nothing: the text is empty, or has only spaces and invisible characters. */
export function isBlank(text: string): boolean {
  return !VISIBLE.test(text);
}

/** The text without invisible characters, with line breaks and other white space as spaces. */
export function withoutInvisible(text: string): string {
  // White space first: tabs and line breaks are control characters, too.
  return text.replaceAll(/\p{White_Space}/gu, ' ').replaceAll(ALL_INVISIBLE, '');
}
