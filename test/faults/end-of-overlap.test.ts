import { faultSuite } from "./suite";

faultSuite("end of overlap");
