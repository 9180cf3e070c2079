/** Returns the name of the resource that a URN names. */
export function nameInUrn(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
