import * as z from "zod";

/** Which workspace a token belongs to, and who calls with it. */
export const Status = z.object({
  workspace: z.object({ id: z.string(), name: z.string(), slug: z.string() }),
  caller: z.object({
    id: z.string(),
    name: z.string(),
    /** `admin` or `member`. Another word is accepted, and means a member. */
    role: z.string(),
    /** The key that is the token; null for a member's token. */
    keyId: z.string().nullable(),
  }),
});
export type Status = z.infer<typeof Status>;
