import * as z from "zod";

/** A regular expression in a configuration file. */
export const Pattern = z.string().refine(isPattern, "must be a regular expression");

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
