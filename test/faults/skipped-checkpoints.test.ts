import { amount, itByAmount } from "../support/sample";
import { describeWithEngine } from "../support/stack";
import { expectKillsSurvived } from "./kills";

const KEYS = amount({ sample: 30, all: 300 });
const KILLS = amount({ sample: 4, all: 20 });
const SKIPPED = "PULUMI_SKIP_CHECKPOINTS";

describeWithEngine("kills at random moments of runs that write the state only at the end", () => {
  itByAmount(
    `orphan no key, and revoke no value in the state: ${KEYS} keys, killed ${KILLS} times`,
    () =>
      expectKillsSurvived({
        stacks: 1,
        killsPerStack: KILLS,
        keys: KEYS,
        async firstUpdate(stack) {
          await stack.up("--target", "urn:pulumi:test::test::dench:index:GatewayKey::anchor-0");
          stack.env[SKIPPED] = "true";
          await stack.up();
        },
      }),
    1_800_000,
  );
});
