/** Prints for each file named whether the form would ask for its password. */
const fs = require('node:fs');
const {load} = require('./load_module.js');

const {needsPassword} = load('modules/ksef/certificate/encrypted-file');

console.log(JSON.stringify(process.argv.slice(2).map(file => needsPassword(new Uint8Array(fs.readFileSync(file))))));
