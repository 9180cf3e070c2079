import { faultSuite } from "./suite";

faultSuite("rotate in place");
