const LONGEST = 80;

/** A word of the server or the program as a text shows it: on one line, without control characters, at most 80 characters. */
export function shown(word: string): string {
  // Cut first: a word can have megabytes.
  const characters = [...word.slice(0, 4 * LONGEST).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "")];
  return characters.length <= LONGEST ? characters.join("") : `${characters.slice(0, LONGEST).join("")}…`;
}
