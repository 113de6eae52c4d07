const test = require('node:test');
const assert = require('node:assert');
const {load} = require('./load_module.js');

const {fittingInternalId} = load('modules/ksef/profile/written-number');

test('a last digit that checks the others is no news', () => {
    for (const value of ['6824515772-12343', '5265877635-12346', '', '5265877635', '5265877635-1234']) {
        assert.strictEqual(fittingInternalId(value), null);
    }
});

test('another one is told with the digit that fits', () => {
    assert.strictEqual(fittingInternalId('6824515772-12345'), '6824515772-12343');
    assert.strictEqual(fittingInternalId('5265877635-00000'), '5265877635-00004');
});
