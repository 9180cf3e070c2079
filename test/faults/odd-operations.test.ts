import { halves } from "./operations";
import { faultSuite } from "./suite";

for (const operation of halves.odd) faultSuite(operation);
