/**
 * Returns whether a name matches a pattern, in which `*` matches any characters and `?` matches one. Case matters. The time is at
 * most proportional to the product of the lengths, which a regular expression with several `*` does not guarantee.
 */
export function matchesPattern(name: string, pattern: string): boolean {
  const [text, wanted] = [[...name], [...pattern]];
  let [at, position] = [0, 0];
  /** The last `*`, and where the text that it does not cover begins. */
  let star: { readonly position: number; at: number } | undefined;
  while (at < text.length) {
    if (wanted[position] === "*") {
      star = { position, at };
      position += 1;
    } else if (wanted[position] === "?" || wanted[position] === text[at]) {
      at += 1;
      position += 1;
    } else if (star !== undefined) {
      star.at += 1;
      at = star.at;
      position = star.position + 1;
    } else return false;
  }
  return wanted.slice(position).every((character) => character === "*");
}
