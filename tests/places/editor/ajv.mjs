// Ajv in its strict mode, asked by a test: {draft, schema, configs} in, {problem, told, verdicts} out.
// Of the newer draft, it does not ask for the types of what speaks of properties.
// Run as: node ajv.mjs FOLDER_OF_NODE_MODULES
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(`${process.argv[2]}/`);
const { draft, schema, configs } = JSON.parse(readFileSync(0, "utf8"));
const Ajv = require(draft === "07" ? "ajv" : "ajv/dist/2020").default;

const told = [];
const log = (...words) => told.push(words.join(" "));
const newer = { strictTypes: false, keywords: ["errorMessage"] };
const options = { strict: true, logger: { log, warn: log, error: log } };
const ajv = new Ajv(draft === "07" ? options : { ...options, ...newer });
let problem = null;
let verdicts = [];
try {
  const validate = ajv.compile(schema);
  verdicts = configs.map((config) => validate(config));
} catch (error) {
  problem = error.message;
}
process.stdout.write(JSON.stringify({ problem, told, verdicts }));
