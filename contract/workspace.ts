import * as z from "zod";

/** The workspace and the owner of a token. */
export const Status = z.object({
  workspace: z.object({ id: z.string(), name: z.string(), slug: z.string() }),
  caller: z.object({
    id: z.string(),
    name: z.string(),
    /** `admin` or `member`. Any other role has a member's rights. */
    role: z.string(),
    /** The ID of the key that is used as the token. Null for a member's token. */
    keyId: z.string().nullable(),
  }),
});
export type Status = z.infer<typeof Status>;
