import { faultSuite } from "./suite";

faultSuite("compromised, as an old key is revoked");
