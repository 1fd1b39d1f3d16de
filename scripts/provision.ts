/**
 * Installs what the machine lacks for development, or says what to run: `npm run provision [-- need…]`.
 * `npm test` and `npm start` do this by themselves.
 */
import { allNeeds, type Need, provision } from "./provision/needs.ts";

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !allNeeds.includes(name as Need));
if (unknown.length > 0) {
  console.error(`There is nothing called ${unknown.join(", ")}. Choose from: ${allNeeds.join(", ")}.`);
  process.exit(2);
}
const failures = await provision(asked.length === 0 ? allNeeds : (asked as Need[]));
for (const [need, message] of failures) console.error(`${need}: ${message}`);
if (failures.size > 0) process.exitCode = 1;
else console.log("Everything is there.");
