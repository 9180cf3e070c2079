import { faultSuite } from "./suite";

faultSuite("replace, as the old key is revoked");
