import { faultSuite } from "./suite";

faultSuite("refresh");
