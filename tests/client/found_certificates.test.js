require('./page.js');

const test = require('node:test');
const assert = require('node:assert');
const {load, texts} = require('./load_module.js');

const found = load('modules/ksef/certificate-files/found-certificates');

const view = {
    translate: (key, category, scope) => {
        try {
            return texts(scope, 'en').message(key);
        } catch {
            return key;
        }
    },
    getLanguage: () => ({get: () => null}),
    getConfig: () => ({get: () => null}),
    getDateTime: () => ({
        toMoment: moment => ({format: () => moment.slice(0, 10)}),
        getDateFormat: () => 'YYYY-MM-DD',
    }),
};

const facts = {
    type: 'Authentication',
    kind: 'Ksef',
    environment: null,
    subjectName: 'CN=Sklep Kowalski,C=PL',
    identifierType: 'Nip',
    identifierValue: '5265877635',
    keyAlgorithm: 'EC P-256',
    fingerprint: 'ab'.repeat(32),
    validFrom: '2026-11-29 10:00:00',
    validTo: '2028-11-28 10:00:00',
};
const placed = {
    certificateFile: 'firma.crt',
    keyFile: 'firma.key',
    field: 'authorizationCertificate',
    facts,
    findings: [],
};
const refused = {
    ...placed,
    field: null,
    certificateFile: 'stary.p12',
    keyFile: 'stary.p12',
    findings: [{code: 'certificate-expired', severity: 'error', message: 'It is over.', params: {}}],
};
const locked = {code: 'password-wrong', field: 'password', severity: 'error', params: {file: 'o.key'}, message: 'No.'};
const surplus = {code: 'file-repeated', field: 'files', severity: 'info', params: {file: 'x.crt'}, message: 'Twice.'};

test('renewal is asked of certificates of KSeF that go into the profile', () => {
    const asks = certificates => found.isRenewalAsked({certificates});

    assert.ok(asks([{...placed, facts: {...facts, kind: 'Qualified'}}, placed]));
    assert.ok(!asks([{...placed, facts: {...facts, kind: 'Qualified'}}, refused]));
    assert.ok(!asks([]));
});

test('what a certificate is, its files, and where it goes', () => {
    const {text} = found.element(view, {certificates: [placed], leftOver: []});

    assert.match(text, /Authentication certificate of Sklep Kowalski \(NIP 5265877635\)/);
    assert.match(text, /valid until 2028-11-28/);
    assert.match(text, /firma\.crt with firma\.key/);
    assert.match(text, /Goes to the field authorizationCertificate\./);
    assert.doesNotMatch(text, /key stored|Left/);
});

test('why one is of no use', () => {
    const {text} = found.element(view, {certificates: [refused], leftOver: []});

    assert.match(text, /Cannot Be Used/);
    assert.match(text, /It is over\./);
    assert.doesNotMatch(text, /Goes to|with stary/);
});

test('what is left over and why', () => {
    const {text} = found.element(view, {certificates: [], leftOver: [locked, surplus]});

    assert.match(text, /Left Over.*No\..*Twice\./);
});

test('only what has a place is saved, and only keys ask for a password', () => {
    const sorting = {certificates: [placed, refused], leftOver: [surplus, locked]};

    assert.deepStrictEqual(found.placed(sorting), {authorizationCertificate: facts.fingerprint});
    assert.deepStrictEqual(found.locked(sorting), ['o.key']);
});
