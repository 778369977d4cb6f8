// VS Code's JSON language service, asked by a test: {schema, requests} in, a list of answers out.
// Run as: node service.mjs FOLDER_OF_NODE_MODULES
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(`${process.argv[2]}/`);
const { getLanguageService, TextDocument } = require("vscode-json-languageservice");

const { schema, requests } = JSON.parse(readFileSync(0, "utf8"));
const service = getLanguageService({});
const uri = "test://schema.json";
service.configure({ schemas: [{ uri, fileMatch: ["*.json"], schema }] });

const answers = {
  hover: (document, parsed, at) => service.doHover(document, document.positionAt(at), parsed),
  complete: (document, parsed, at) => service.doComplete(document, document.positionAt(at), parsed),
  validate: (document, parsed) => service.doValidation(document, parsed),
};
const found = [];
for (const { ask, text, at } of requests) {
  const document = TextDocument.create("test://configs/a.json", "json", 1, text);
  found.push(await answers[ask](document, service.parseJSONDocument(document), at));
}
process.stdout.write(JSON.stringify(found));
