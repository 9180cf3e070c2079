import { hosts } from "./hosts";
import { registerFor, type Test } from "./sample";
import { describeWithEngine } from "./stack";

/** A host that serves a program's resources. */
export type Host = (typeof hosts)[number];

/** Registers each test for each host. The sample has each test once, with alternating hosts. */
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
