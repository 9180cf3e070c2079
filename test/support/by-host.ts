import { hosts } from "./hosts";
import { registerFor, type Test } from "./sample";
import { describeWithEngine } from "./stack";

/** A way to serve a program's resources. */
export type Host = (typeof hosts)[number];

/** Registers each test once for each host. The sample has each test once, by the hosts in turn. */
export function describeByHost(name: string, tests: (host: Host, it: Test) => void): void {
  for (const [column, host] of hosts.entries()) {
    describeWithEngine(`${name}, by ${host.host}`, () => {
      registerFor(
        (it) => tests(host, it),
        (index) => index % hosts.length === column,
      );
    });
  }
}
