import { faultSuite } from "./suite";

faultSuite("replace, as the new key is made");
