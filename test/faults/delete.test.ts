import { faultSuite } from "./suite";

faultSuite("delete");
