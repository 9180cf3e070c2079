/** Returns the error message of a run that must fail. */
export async function failureOf(run: Promise<unknown>): Promise<string> {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error("the run did not fail");
  return error.message;
}
