import type { Context } from "../session/context";

/** Reads from the workspace for a plan, as far as `driftCheck` allows and the server responds. */
export async function readForPlan<T>({ bestEffort, log }: Context, read: () => Promise<T>): Promise<T | "not read"> {
  return bestEffort.read(read, (reason) =>
    log(
      "warning",
      `The workspace could not be read, so this plan is made from the stack's state: it does not show keys that were revoked elsewhere, or a token that is refused. Set driftCheck to required to make this an error. ${reason}`,
    ),
  );
}

/**
 * Checks, once in a run, that the token is accepted and belongs to the configured workspace, so that the preview of a first
 * key fails where its creation would.
 */
export async function checkAccess(context: Context): Promise<void> {
  const { client } = context;
  await readForPlan(context, async () => {
    await client.workspace();
    await client.requireConfiguredWorkspace();
  });
}
