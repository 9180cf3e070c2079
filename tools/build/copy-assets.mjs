// TypeScript's compiler leaves what is not TypeScript behind.
import { cpSync } from "node:fs";

cpSync("gateway/dashboard/assets", "dist/gateway/dashboard/assets", { recursive: true });
