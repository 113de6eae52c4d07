const test = require('node:test');
const assert = require('node:assert');
const {load, texts} = require('./load_module.js');
const {fill} = load('modules/ksef/messages/filled-text');

require('./page.js');

const stage = load('modules/ksef/signing-request/stage');
const signer = load('modules/ksef/signing-request/signer');

const state = (status, certificates = [], missing = []) => ({
    request: status && {status},
    certificates: certificates.map(each => ({status: each})),
    missing,
});

test('where it stands follows from the login, and from what it has requested', () => {
    assert.strictEqual(stage.of(state(null)), 'begin');
    assert.strictEqual(stage.of(state('AwaitingSignature')), 'sign');
    assert.strictEqual(stage.of(state('Submitted')), 'checking');
    assert.strictEqual(stage.of(state('Established')), 'signed');

    for (const over of ['Refused', 'Expired', 'Ended', 'Whatever']) {
        assert.strictEqual(stage.of(state(over)), 'begin');
    }

    assert.strictEqual(stage.of(state('Established', ['Requested'])), 'requested');
    assert.strictEqual(stage.of(state('Ended', ['Active', 'Active'])), 'requested');
    assert.strictEqual(stage.of(state(null, ['Active'])), 'requested');
});

test('after certificates that KSeF did not issue others can be requested', () => {
    const rejected = state('Established', ['Inactive', 'Inactive'], ['Authentication', 'Offline']);

    assert.strictEqual(stage.of(rejected), 'signed');
    assert.strictEqual(stage.canRequest(rejected), true);
    assert.strictEqual(stage.canRequest(state('Established', ['Requested', 'Requested'])), false);
    assert.strictEqual(stage.canRequest(state('Ended', ['Active', 'Inactive'], ['Offline'])), false);
});

test('it is asked again as long as KSeF is at work', () => {
    assert.strictEqual(stage.isUnderWay(state('AwaitingSignature')), false);
    assert.strictEqual(stage.isUnderWay(state('Submitted')), true);
    assert.strictEqual(stage.isUnderWay(state('Established')), false);
    assert.strictEqual(stage.isUnderWay(state('Established', ['Active', 'Requested'])), true);
    assert.strictEqual(stage.isUnderWay(state('Ended', ['Active', 'Inactive'])), false);
});

test('minutes and seconds', () => {
    assert.deepStrictEqual([600, 599.4, 61, 9, 0].map(stage.time), ['10:00', '9:59', '1:01', '0:09', '0:00']);
});

test('who signed is told by name, identifier and issuer, in both languages', () => {
    const signed = {
        name: 'Jan Kowalski',
        organizationName: 'Firma S.A.',
        identifierType: 'Pesel',
        identifierValue: '44051401458',
        issuerName: 'CN=COPE SZAFIR - Kwalifikowany,O=Krajowa Izba Rozliczeniowa S.A.,C=PL',
        isQualified: true,
        validTo: '2028-05-01 10:00:00',
    };
    const words = {identifierType: type => type.toUpperCase(), date: moment => moment.slice(0, 10)};
    const told = (language, more = {}) => {
        const {message} = texts('KsefProfile', language);

        return signer.facts({...signed, ...more}, (key, values) => fill(message(key), values), words);
    };

    assert.strictEqual(signer.name(signed), 'Jan Kowalski, Firma S.A.');
    assert.strictEqual(signer.name({name: 'Firma S.A.', organizationName: 'Firma S.A.'}), 'Firma S.A.');
    assert.strictEqual(
        told('en'),
        'PESEL 44051401458. Qualified certificate of COPE SZAFIR - Kwalifikowany, valid until 2028-05-01.',
    );
    assert.match(told('pl'), /^PESEL 44051401458\. Certyfikat kwalifikowany wystawiony przez COPE SZAFIR/);
    assert.match(told('en', {isQualified: false}), /not a qualified one/);
    assert.match(told('pl', {isQualified: false}), /niekwalifikowany/);
});
