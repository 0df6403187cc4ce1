// node hcl.cjs FILE: a Terraform file as JSON.
const { readFileSync } = require('node:fs');
const { parse } = require('@cdktf/hcl2json');

const file = process.argv[2];
parse(file, readFileSync(file, 'utf8')).then((tree) => console.log(JSON.stringify(tree)));
