// Prints the end of a CI run, from Vitest's reports: each failure again, because thousands of lines are above it, and the totals.
import { readFileSync } from "node:fs";

const reports = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, "utf8")));

for (const { name, message, assertionResults } of reports.flatMap((report) => report.testResults)) {
  // A file that cannot be loaded has a message of its own, and no tests.
  if (message) console.log(`FAILED ${name}\n${message}`);
  for (const { status, fullName, failureMessages } of assertionResults) {
    if (status === "failed") console.log(`FAILED ${name} > ${fullName}\n${failureMessages.join("\n")}`);
  }
}
const sum = (count) => reports.reduce((total, report) => total + report[count], 0);
console.log(
  `${sum("numPassedTests")} passed, ${sum("numFailedTests")} failed, ${sum("numPendingTests") + sum("numTodoTests")} skipped`,
);
