const LONGEST = 80;

/**
 * Returns a text from the server or the program in a form that is safe to show: on one line, without control characters, and
 * at most 80 characters long.
 */
export function shown(word: string): string {
  // Cut first: the text can be megabytes long.
  const characters = [...word.slice(0, 4 * LONGEST).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "")];
  return characters.length <= LONGEST ? characters.join("") : `${characters.slice(0, LONGEST).join("")}…`;
}
