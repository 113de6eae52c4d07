const test = require('node:test');
const assert = require('node:assert');
const {load, texts} = require('./load_module.js');

require('./page.js');

const expiry = load('modules/ksef/profile/expiry');
const tokenValidity = load('modules/ksef/profile/token-validity');

const day = text => text.slice(0, 10).split('-').reverse().join('.');
const words = language => ({
    message: texts('KsefProfile', language).message,
    ofCertificate: texts('KsefCertificate', language).message,
    day,
    moment: day,
});
const certificate = values => ({
    field: 'authorizationCertificate',
    status: 'Active',
    validTo: '2027-03-13 10:00:00',
    endedAt: null,
    daysLeft: 104,
    renewal: 'certificate-ends-renews-itself',
    date: '2027-02-11',
    ...values,
});
const said = (values, today = '2026-11-29') => expiry.ofCertificate(certificate(values), words('en'), today);

test('days, and what becomes of the certificate', () => {
    assert.deepStrictEqual(said({}), {
        style: 'success', label: '104 days left', detail: 'renews itself on 11.02.2027',
    });
    assert.deepStrictEqual(said({daysLeft: 20}, '2027-02-21').detail, 'renews itself, since 11.02.2027');
    assert.deepStrictEqual(
        said({daysLeft: 3, renewal: 'certificate-ends-no-login'}),
        {style: 'danger', label: '3 days left', detail: 'does not renew itself'},
    );
});

test('of every prospect something is said, in both languages', () => {
    for (const kind of [
        'renews-itself', 'being-renewed', 'renewal-fails', 'renew-by-hand', 'no-login', 'issued-elsewhere',
    ]) {
        for (const language of ['en', 'pl']) {
            const renewal = `certificate-ends-${kind}`;

            assert.ok(expiry.ofCertificate(certificate({renewal}), words(language), '2026-11-29').detail);
        }
    }
});

test('of one that ended it is said since when, and nothing of its dates', () => {
    assert.deepStrictEqual(
        said({status: 'Revoked', endedAt: '2026-11-20 08:00:00', renewal: undefined}),
        {style: 'danger', label: 'revoked on 20.11.2026', detail: ''},
    );
    assert.strictEqual(said({daysLeft: -2, renewal: 'certificate-ends-renews-itself'}).detail, '');
    assert.strictEqual(said({status: 'Inactive', renewal: undefined}).detail, '');
});

test('a token alarms nobody, before the day of the law and after', () => {
    const params = {date: '2026-12-31', announced: '2027-11-30', announcedOn: '2026-09-10'};
    const before = expiry.ofToken({code: 'token-validity-ends', params: {...params, days: 1}}, words('pl'));

    assert.deepStrictEqual(before, {
        style: 'info', label: 'pozostał 1 dzień', detail: 'wg przepisów do 31.12.2026; wg zapowiedzi do 30.11.2027',
    });

    const after = expiry.ofToken({code: 'token-validity-ended', params}, words('en'));

    assert.deepStrictEqual([after.style, after.label], ['info', 'KSeF decides']);
});

test('for a list the bridge is asked once', async () => {
    let count = 0;

    global.Espo = {Ajax: {getRequest: async () => ({findings: [++count]})}};

    const collection = {};

    assert.deepStrictEqual(await tokenValidity.loadOnce({collection}), [1]);
    assert.deepStrictEqual(await tokenValidity.loadOnce({collection}), [1]);
    assert.deepStrictEqual(await tokenValidity.loadOnce({}), [2]);
});
