const LONGEST = 80;

/**
 * Returns a text from the server or the program in a form that is safe to show: on one line, without control characters, and
 * at most 80 characters long.
 */
export function shown(word: string): string {
  // Cut first: the text can be megabytes long.
  const characters = [...onOneLine(word.slice(0, 4 * LONGEST))];
  return characters.length <= LONGEST ? characters.join("") : `${characters.slice(0, LONGEST).join("")}…`;
}

/** Returns a text without control characters, of any length. */
export function onOneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "");
}

/** Returns the last four characters of a key value, even if a server reports more of it. */
export function lastFour(last4: string): string {
  return [...shown(last4)].slice(-4).join("");
}
