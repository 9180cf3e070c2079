import { hosts } from "../support/hosts";
import { describeWithEngine } from "../support/stack";
import { rotationSuite } from "./rotation-suite";

describeWithEngine.each(hosts.filter(({ host }) => host === "the plugin"))("by $host", rotationSuite);
