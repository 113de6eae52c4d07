const test = require('node:test');
const assert = require('node:assert');
const {load, texts} = require('./load_module.js');
const {fill} = load('modules/ksef/messages/filled-text');

require('./page.js');

const stage = load('modules/ksef/signing-request/stage');
const signer = load('modules/ksef/signing-request/signer');
const steps = load('modules/ksef/signing-request/steps');

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

test('what is left when the session is over asks for another signature', () => {
    for (const over of [null, 'Ended', 'Expired', 'Refused']) {
        assert.strictEqual(stage.of(state(over, ['Requested', 'Requested'])), 'begin');
        assert.strictEqual(stage.of(state(over, ['Active', 'Requested'])), 'begin');
        assert.strictEqual(stage.of(state(over, ['Inactive', 'Active'], ['Authentication'])), 'begin');
    }

    assert.strictEqual(stage.of(state('Established', ['Active', 'Requested'])), 'requested');
    assert.strictEqual(stage.of(state('Established', ['Inactive', 'Active'], ['Authentication'])), 'requested');
});

test('news is neither that time went by, nor a password that was told', () => {
    const told = (more, connection = 'NotTested', packages = []) => ({
        request: {status: 'Established', secondsLeft: 3000, problem: null, ...more},
        certificates: [{id: 'one', status: 'Requested', problem: null}],
        missing: ['Offline'],
        connection: {status: connection},
        packages,
    });
    const isNews = (...answer) => stage.isNews(told({}), told(...answer));

    assert.strictEqual(isNews({}), false);
    assert.strictEqual(isNews({secondsLeft: 2998}), false);
    assert.strictEqual(isNews({}, 'NotTested', [{packagePassword: 'x'}]), false);
    assert.strictEqual(isNews({status: 'Ended'}), true);
    assert.strictEqual(isNews({problem: {code: 'some-code'}}), true);
    assert.strictEqual(isNews({}, 'Connected'), true);
    assert.strictEqual(stage.isNews(told({}), {...told({}), missing: []}), true);
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

test('the seconds that are left are not read out', () => {
    const view = {translate: key => key, model: {entityType: 'KsefProfile', get: () => 'Company'}};
    const shown = steps.element(view, {isOpen: true, isOver: false, told: ''}, {});

    assert.deepStrictEqual(shown.all('strong').map(({className, role}) => [className, role]), [['ksef-time-left', 'timer']]);
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
