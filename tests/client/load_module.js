/** Loads the extension's AMD modules that need no EspoCRM, as its loader would. */
const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

const folder = path.join(__dirname, '../../espo_extension/files/client/custom/modules/ksef/src');

const load = id => {
    const source = fs.readFileSync(path.join(folder, `${id.replace('modules/ksef/', '')}.js`), 'utf8');
    let exported;
    const define = (name, dependencies, factory) => {
        exported = factory(...dependencies.map(load));
    };

    vm.runInThisContext(`(define => {${source}\n})`, {filename: id})(define);

    return exported;
};

/** A text of the extension in a language, from the files that the build renders. */
const texts = (scope, language) => {
    const file = path.join(__dirname, `../../espo_extension/model/texts/${scope}.json`);
    const all = JSON.parse(fs.readFileSync(file, 'utf8'));

    return {message: key => all.messages[key][language]};
};

module.exports = {load, texts};
