import type { Context } from "../session/context";

/** Reads from the workspace for a plan. Returns "not read" if `driftCheck` is `off`, or if the server cannot be read. */
export async function readForPlan<T>({ bestEffort, log }: Context, read: () => Promise<T>): Promise<T | "not read"> {
  return bestEffort.read(read, (reason) =>
    log(
      "warning",
      `Could not read the workspace, so this plan is based on the stack state: it does not detect keys that were revoked elsewhere, or an invalid token. To make this an error, set driftCheck to required. ${reason}`,
    ),
  );
}

/**
 * Checks once per run that the server accepts the token, and that the token belongs to the configured workspace. The preview of
 * a first key therefore fails if its creation would.
 */
export async function checkAccess(context: Context): Promise<void> {
  const { client } = context;
  await readForPlan(context, async () => {
    await client.workspace();
    await client.requireConfiguredWorkspace();
  });
}
