/** Result codes of SQLite: https://sqlite.org/rescode.html */
export const SQLITE = {
  busy: 5,
  readOnly: 8,
  ioError: 10,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const;

/** Returns the result code of an error of SQLite, or undefined for another error. */
export function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error && "errcode" in error && typeof error.errcode === "number")) return undefined;
  // The higher bits of an extended code only add detail.
  return error.errcode & 0xff;
}
