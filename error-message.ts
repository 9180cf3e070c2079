/** Returns the message of a value that was thrown. An error without a message is described by its name. */
export function errorMessage(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
}
