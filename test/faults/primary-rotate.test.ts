import { faultSuite } from "./suite";

faultSuite("primary rotate");
