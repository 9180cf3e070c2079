/** Returns the message of a thrown value, or the name of an error without a message. */
export function errorMessage(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
}
