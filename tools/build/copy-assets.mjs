// The TypeScript compiler copies no other files.
import { cpSync } from "node:fs";

cpSync("gateway/dashboard/assets", "dist/gateway/dashboard/assets", { recursive: true });
