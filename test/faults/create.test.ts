import { faultSuite } from "./suite";

faultSuite("create");
