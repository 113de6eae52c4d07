const test = require('node:test');
const assert = require('node:assert');
const {load} = require('./load_module.js');

require('./page.js');

const report = load('modules/ksef/bridge/ends');
const language = {
    translate: key => key === 'tokens' ? 'tokens of {count}' : key,
    translateOption: key => `of type ${key}`,
};

const end = more => ({kind: 'Offline', moment: '2027-01-01', days: 33, count: 1, id: 'c1', name: 'Podpis', ...more});
const row = more => report.of([end(more)], language, ({moment}) => `on ${moment}`).all('tbody')[0].all('tr')[0];

test('an end leads to its record and says how many days are left', () => {
    assert.strictEqual(row().text, '33Podpis of type Offlineon 2027-01-01');
    assert.strictEqual(row().all('a')[0].href, '#KsefCertificate/view/c1');
    assert.strictEqual(row({kind: 'Token', id: 'p1'}).all('a')[0].href, '#KsefProfile/view/p1');
});

test('tokens of several profiles are one line', () => {
    const several = row({kind: 'Token', id: null, name: '', count: 4});

    assert.strictEqual(several.all('a')[0].text, 'tokens of 4');
    assert.match(several.all('a')[0].href, /^#KsefProfile\/list/);
});

test('the nearer the end, the louder', () => {
    const style = days => row({days}).all('span')[0].className.split('label-').pop();

    assert.deepStrictEqual([31, 30, 8, 7, -1].map(style), ['default', 'warning', 'warning', 'danger', 'danger']);
    assert.match(row({days: -1}).text, /^0/);
});

test('nothing in use is a sentence', () => {
    assert.strictEqual(report.of([], language, String).text, 'nothing');
});
