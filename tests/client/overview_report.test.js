const test = require('node:test');
const assert = require('node:assert');
const {load} = require('./load_module.js');

require('./page.js');

const report = load('modules/ksef/bridge/overview');
const overview = {
    profiles: {connected: 2, failed: 1, notTested: 0},
    certificates: {endingSoon: 3, endedInUse: 0},
    connectedCheckedAt: ['2026-11-28 04:00', '2026-11-28 05:00'],
};
const rows = isBridgeReady => {
    const shown = report.of(overview, {translate: key => key}, {isBridgeReady, moment: value => value.slice(11)});

    return Object.fromEntries(shown.all('tr').map(row => [row.dataset.name, row]));
};

test('each number leads to what it counts, and keeps the way back to Administration', () => {
    for (const [name, row] of Object.entries(rows(true))) {
        const entity = ['endingSoon', 'endedInUse'].includes(name) ? 'KsefCertificate' : 'KsefProfile';

        assert.strictEqual(row.all('a')[0].href, `#${entity}/list/fromAdmin=true&primaryFilter=${name}`);
    }
});

test('connections are good news of the last check, and only while the bridge is ready', () => {
    const style = row => row.all('span')[0].className;

    assert.match(rows(true).connected.text, /^2overview_connected \(04:00 – 05:00\)$/);
    assert.match(style(rows(true).connected), /label-success/);
    assert.match(style(rows(false).connected), /label-default/);
    assert.match(style(rows(false).failed), /label-danger/);
    assert.match(style(rows(true).notTested), /label-default/);
});
