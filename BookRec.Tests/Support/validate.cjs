// node validate.cjs SCHEMA FILE: ends with 1 and says why when the YAML file is not what the JSON schema describes.
const { readFileSync } = require('node:fs');
const Ajv = require('ajv/dist/2019').default;
const { parse } = require('yaml');

const [schemaFile, file] = process.argv.slice(2);
const { $schema, ...schema } = JSON.parse(readFileSync(schemaFile, 'utf8'));
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
// Schemas name their parts by an `id` of older drafts, which Ajv refuses and nothing here refers to.
ajv.removeKeyword('id');
const validate = ajv.compile(schema);
if (!validate(parse(readFileSync(file, 'utf8'), { merge: true }))) {
  for (const error of validate.errors) console.error(`${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
  process.exit(1);
}
