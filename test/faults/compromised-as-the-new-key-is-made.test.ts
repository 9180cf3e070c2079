import { faultSuite } from "./suite";

faultSuite("compromised, as the new key is made");
