import { amount, itByAmount } from "../support/sample";
import { describeWithEngine } from "../support/stack";
import { expectKillsSurvived } from "./kills";

const KILLS_PER_STACK = 10;
const STACKS = amount({ sample: 1, all: 10 });

describeWithEngine("kills at random moments", () => {
  itByAmount(
    `orphan no key, and revoke no value in the state: ${STACKS} stacks, each killed ${KILLS_PER_STACK} times`,
    () => expectKillsSurvived({ stacks: STACKS, killsPerStack: KILLS_PER_STACK, keys: 5 }),
    1_800_000,
  );
});
