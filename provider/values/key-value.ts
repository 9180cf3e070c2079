/** The visible parts of a key value. */
interface Mask {
  readonly prefix: string;
  readonly last4: string;
}

/** Returns true if a text can be the value of the key. A copy of the masked value cannot. */
export function mayBeValueOf({ prefix, last4 }: Mask, text: string): boolean {
  const isMask = text.length <= prefix.length + last4.length || !/^[\x21-\x7e]+$/.test(text);
  return text.startsWith(prefix) && text.endsWith(last4) && !isMask;
}
