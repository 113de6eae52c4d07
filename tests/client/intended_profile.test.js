require('./page.js');

const test = require('node:test');
const assert = require('node:assert');
const {load, texts} = require('./load_module.js');

const intended = load('modules/ksef/certificate-files/intended-profile');

const view = {
    translate: (key, category, scope) => texts(scope, 'en').message(key),
    getLanguage: () => ({get: () => null, translateOption: value => `<${value}>`}),
    getConfig: () => ({get: () => null}),
    getDateTime: () => ({}),
};

const login = {field: 'authorizationCertificate', facts: {fingerprint: 'a'.repeat(64)}};
const offline = {field: 'offlineCertificate', facts: {fingerprint: 'b'.repeat(64)}};
const useless = {field: null, facts: {fingerprint: 'c'.repeat(64)}};
const made = {
    id: null,
    name: 'Sklep Kowalski S.A.',
    nip: '5265877635',
    environment: 'Test',
    authorizationType: null,
    isNipTold: true,
    missing: [],
};
const stored = {...made, id: 'p1', authorizationType: 'Certificate'};
const unknown = {...made, name: '', nip: '', isNipTold: false};

const text = (profile, ...certificates) => {
    const shown = intended.element(view, {profile, certificates});

    return shown && shown.text;
};

test('the profile that is made is told with its NIP and environment', () => {
    const told = text(made, login, offline);

    assert.match(told, /makes a profile: Sklep Kowalski S\.A\. \(NIP 5265877635, <Test>\)/);
    assert.doesNotMatch(told, /there already|token/);
});

test('one that is there already is told, and that it stops logging in by token', () => {
    const byToken = {...stored, authorizationType: 'Token'};

    assert.match(text(stored, login), /there already: Sklep Kowalski S\.A\./);
    assert.doesNotMatch(text(stored, login), /token/);
    assert.match(text(byToken, login), /logs in by certificate; its token stays stored/);
    assert.doesNotMatch(text(byToken, offline), /logs in by certificate/);
});

test('what is missing is said in place of it', () => {
    const missing = [{code: 'environment-not-chosen', message: 'Choose the environment.', params: {}}];
    const told = text({...made, environment: null, missing}, login);

    assert.match(told, /Choose the environment\./);
    assert.doesNotMatch(told, /makes a profile/);
});

test('without a certificate that can be used there is nothing to tell', () => {
    assert.strictEqual(text(made, useless), '');
    assert.strictEqual(text(undefined), '');
});

test('the NIP is asked for only when certificates were found and none tells it', () => {
    const isAsked = (profile, ...certificates) => intended.isNipAsked({profile, certificates});

    assert.ok(isAsked(unknown, login));
    assert.ok(!isAsked(unknown, useless));
    assert.ok(!isAsked(made, login));
    assert.ok(!isAsked(undefined));
});

test('a stored profile that nobody has seen is looked at before anything is saved', () => {
    const isUnseen = (now, before, known) => intended.isUnseen({profile: now}, {profile: before}, known);

    assert.ok(isUnseen(stored, made));
    assert.ok(isUnseen(stored, undefined));
    assert.ok(!isUnseen(stored, stored));
    assert.ok(!isUnseen(made, undefined));
    // The dialog of that very profile.
    assert.ok(!isUnseen(stored, undefined, 'p1'));
});
