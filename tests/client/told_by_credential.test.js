const test = require('node:test');
const assert = require('node:assert');
const {load} = require('./load_module.js');

const toldByCredential = load('modules/ksef/profile/told-by-credential');
const number = '20270115-EC-7FA3B1D200-AB12345F6A-01';
const secret = 'a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789abcdef0';
const certificate = attributes => ({get: name => attributes[name]});

/** What a form has after a credential was entered, and what came from it. */
const filled = (form, told, before = {}) => {
    const taken = toldByCredential.taken(told, name => form[name], before);

    return {...form, ...taken};
};

test('a token tells whose it is, however it was pasted', () => {
    assert.deepStrictEqual(toldByCredential.ofToken(`${number}|nip-5265877635|${secret}`), {
        authorizationType: 'Token', nip: '5265877635', name: '5265877635',
    });
    assert.deepStrictEqual(toldByCredential.ofToken(` ${number}|internalId\u20115265877635\u201312346|\n${secret}`), {
        authorizationType: 'Token', nip: '5265877635', internalId: '5265877635-12346', name: '5265877635-12346',
    });
});

test('a text that names nobody is still a token, and no text is none', () => {
    for (const text of [`${number}|nip-526587763|${secret}`, `${number}|nip-52658776350|${secret}`, 'nip-5265877635']) {
        assert.deepStrictEqual(toldByCredential.ofToken(text), {authorizationType: 'Token'});
    }
    assert.deepStrictEqual(toldByCredential.ofToken(null), {});
});

test('the certificate of a company tells its NIP and name, and where it serves when that is known', () => {
    assert.deepStrictEqual(toldByCredential.ofCertificate(certificate({
        identifierType: 'Nip', identifierValue: '5265877635', environment: 'Production',
        subjectName: 'CN=System,O=Zak\\C5\\82ad \\"Kowalski\\, Syn\\",2.5.4.97=VATPL-5265877635,C=PL',
    })), {
        authorizationType: 'Certificate', environment: 'Production', nip: '5265877635',
        companyName: 'Zakład "Kowalski, Syn"', name: 'Zakład "Kowalski, Syn"',
    });
});

test('the certificate of a person tells no company', () => {
    assert.deepStrictEqual(toldByCredential.ofCertificate(certificate({
        identifierType: 'Pesel', identifierValue: '90010112345', environment: '', subjectName: 'CN=Jan,O=Firma',
    })), {authorizationType: 'Certificate'});
});

test('what is empty is filled in', () => {
    assert.deepStrictEqual(filled({nip: null, name: 'Sklep'}, {nip: '1', internalId: '1-2'}), {
        nip: '1', internalId: '1-2', name: 'Sklep',
    });
});

test('what was typed stays, and nothing of another company is put beside it', () => {
    assert.deepStrictEqual(filled({nip: '7'}, {nip: '1', internalId: '1-2', companyName: 'A', environment: 'Test'}), {
        nip: '7', internalId: null, companyName: null, environment: 'Test',
    });
    assert.deepStrictEqual(filled({nip: '1', companyName: 'Typed'}, {nip: '1', internalId: '1-2', companyName: 'A'}), {
        nip: '1', internalId: '1-2', companyName: 'Typed',
    });
});

test('another credential takes the place of what the one before had told, and an emptied field takes it away', () => {
    const first = {authorizationType: 'Token', nip: '1', internalId: '1-2'};

    assert.deepStrictEqual(filled({...first}, {authorizationType: 'Token', nip: '3'}, first), {
        authorizationType: 'Token', nip: '3', internalId: null,
    });
    assert.deepStrictEqual(filled({...first, nip: '9'}, {}, first), {
        authorizationType: null, nip: '9', internalId: null,
    });
});
