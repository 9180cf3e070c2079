import { faultSuite } from "./suite";

faultSuite("primary rotate, as the value is revealed");
