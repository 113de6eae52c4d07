const test = require('node:test');
const assert = require('node:assert');
const {load} = require('./load_module.js');

const {problem, propose} = load('modules/ksef/enrolment/certificate-name');

const badLength = length => ({code: 'enrolment-name-length', params: {length, least: 5, most: 100}});
const unusable = characters => ({code: 'enrolment-name-characters', params: {characters}});

test('what KSeF takes', () => {
    for (const name of ['Zażółć gęślą_jaźń-2026', 'ABCDE', 'a'.repeat(100), '     ']) {
        assert.strictEqual(problem(name), null);
    }
});

test('too short, too long', () => {
    assert.deepStrictEqual(problem('Kasa'), badLength(4));
    assert.deepStrictEqual(problem(''), badLength(0));
    assert.deepStrictEqual(problem('a'.repeat(101)), badLength(101));
});

test('characters that KSeF does not take are named once each, unseen ones by their numbers', () => {
    assert.deepStrictEqual(problem('Kasa: 1/2/3'), unusable('/ :'));
    assert.deepStrictEqual(problem('Kasa\t1\u00a02'), unusable('U+0009 U+00A0'));
    assert.deepStrictEqual(problem('Müller 😀'), unusable('ü 😀'));
});

test('a name is proposed that KSeF takes', () => {
    assert.strictEqual(propose('Sklep „Żuk” sp. z o.o.', 'Offline', 'requested 2026-11-29'), 'Sklep Żuk sp z o o Offline requested 2026-11-29');
    assert.strictEqual(propose('', 'Offline', 'wniosek 2026-11-29'), 'Offline wniosek 2026-11-29');

    for (const owner of ['', '😀', 'Ł'.repeat(300), 'a b '.repeat(60), 'Müller & Söhne GmbH']) {
        const name = propose(owner, 'Uwierzytelniający', 'wniosek 2026-11-29');

        assert.strictEqual(problem(name), null);
        assert.match(name, /Uwierzytelniający wniosek 2026-11-29$/);
    }
});
