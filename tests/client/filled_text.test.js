const test = require('node:test');
const assert = require('node:assert');
const {load} = require('./load_module.js');

const {fill} = load('modules/ksef/messages/filled-text');

test('a sentence that ends with a value ends once', () => {
    const ask = who => fill('Ask {who}.', {who});

    assert.strictEqual(ask('Kowalski S.A.'), 'Ask Kowalski S.A.');
    assert.strictEqual(ask('Kowalski'), 'Ask Kowalski.');
    assert.strictEqual(ask('1.5'), 'Ask 1.5.');

    for (const end of ['?', '!', '…']) {
        assert.strictEqual(ask(`Kowalski${end}`), `Ask Kowalski${end}`);
    }

    assert.strictEqual(fill('**{who}**. {who}...', {who: 'S.A.'}), '**S.A.** S.A....');
});

test('a value is text, and what has none stays', () => {
    assert.strictEqual(fill('{a}, {b}.', {a: '$& {b}'}), '$& {b}, {b}.');
    assert.strictEqual(fill('{constructor}', {}), '{constructor}');
});
