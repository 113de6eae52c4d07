const test = require('node:test');
const assert = require('node:assert');
const {load, texts} = require('./load_module.js');

const facts = load('modules/ksef/certificate/facts');
const daysLeft = load('modules/ksef/certificate/days-left');

const date = moment => moment.slice(0, 10);
const acme = {
    subjectName: 'CN=ACME,2.5.4.97=VATPL-5265877635,O=ACME,C=PL',
    identifierType: 'Nip',
    identifierValue: '5265877635',
    type: 'Authentication',
    kind: 'Ksef',
    environment: 'Test',
    validTo: '2028-03-06 12:00:00',
    daysLeft: 469,
    keyAlgorithm: 'EC P-256',
    hasPrivateKey: true,
};
const sentence = (language, changes = {}) =>
    facts.sentence({...acme, ...changes}, texts('KsefCertificate', language).message, date);

test('a certificate in one sentence', () => {
    assert.strictEqual(
        sentence('en'),
        'Authentication certificate of ACME (NIP 5265877635), Test, valid until 2028-03-06 ' +
            '(469 days left), EC P-256, key stored',
    );
    assert.strictEqual(
        sentence('pl'),
        'Certyfikat uwierzytelniający podmiotu ACME (NIP 5265877635), środowisko testowe, ' +
            'ważny do 2028-03-06 (pozostało 469 dni), EC P-256, klucz zapisany',
    );
});

test('a KSeF certificate that does not tell its environment is of Test or of Demo', () => {
    assert.match(sentence('en', {environment: ''}), /, Test or Demo, valid until /);
    assert.match(sentence('pl', {environment: null}), /, środowisko testowe lub Demo, ważny do /);
});

test('a certificate that can no longer be used says since when', () => {
    const ended = (status, changes) =>
        ['en', 'pl'].map(language => sentence(language, {status, endedAt: '2026-11-27 10:00:00', ...changes}));
    const [revoked, unieważniony] = ended('Revoked');

    assert.match(revoked, /, Test, revoked on 2026-11-27, EC P-256/);
    assert.match(unieważniony, /, unieważniony 2026-11-27, EC P-256/);
    assert.doesNotMatch(revoked, /valid until|days left/);
    assert.match(ended('Blocked')[1], /, zablokowany 2026-11-27,/);
    assert.match(ended('Revoked', {endedAt: null})[0], /, revoked, EC/);
    // Its own date, not the day on which a job found out.
    const past = {validTo: '2026-11-20 10:00:00', daysLeft: -8};
    assert.match(ended('Expired', past)[0], /, ended on 2026-11-20,/);
    assert.match(ended('Active', {...past, endedAt: null})[1], /, wygasł 2026-11-20,/);
    assert.match(ended('Inactive', {...past, endedAt: null})[0], /, ended on 2026-11-20,/);
    // KSeF may end it sooner.
    assert.match(ended('Expired')[0], /, ended on 2026-11-27,/);
});

test('what is not known is left out', () => {
    const qualified = sentence('en', {kind: 'Qualified', type: '', environment: null, hasPrivateKey: false});

    assert.match(qualified, /^Qualified certificate of ACME \(NIP 5265877635\), valid until .*, no key stored$/);
    assert.match(sentence('en', {kind: '', identifierType: 'Fingerprint'}), /^Certificate of ACME, Test/);
    assert.strictEqual(sentence('en', {subjectName: null}), '');
});

test('a certificate that is not there yet', () => {
    const waiting = {subjectName: null, validTo: null, daysLeft: null, status: 'Requested', keyAlgorithm: 'RSA 2048'};

    assert.strictEqual(
        sentence('en', {...waiting, type: 'Offline'}),
        'Offline certificate requested from KSeF, Test, RSA 2048',
    );
    assert.strictEqual(
        sentence('pl', waiting),
        'Certyfikat uwierzytelniający, o który złożono wniosek do KSeF, środowisko testowe, RSA 2048',
    );
});

test('days in the plural of the language', () => {
    const inWords = (days, language) => daysLeft.inWords(days, texts('KsefCertificate', language).message);

    assert.strictEqual(inWords(1, 'pl'), 'pozostał 1 dzień');
    assert.strictEqual(inWords(2, 'pl'), 'pozostały 2 dni');
    assert.strictEqual(inWords(5, 'pl'), 'pozostało 5 dni');
    assert.strictEqual(inWords(12, 'pl'), 'pozostało 12 dni');
    assert.strictEqual(inWords(21, 'pl'), 'pozostało 21 dni');
    assert.strictEqual(inWords(22, 'pl'), 'pozostały 22 dni');
    assert.strictEqual(inWords(0, 'pl'), 'wygasa dzisiaj');
    assert.strictEqual(inWords(-1, 'pl'), 'wygasł');
    assert.strictEqual(inWords(1, 'en'), '1 day left');
    assert.strictEqual(inWords(2, 'en'), '2 days left');
});

test('the colour warns a month before the end and alarms in the last week', () => {
    assert.deepStrictEqual([31, 30, 7, 6, -1].map(daysLeft.style), ['success', 'warning', 'warning', 'danger', 'danger']);
});

test('the person of a distinguished name', () => {
    const {personOf} = facts;

    assert.strictEqual(personOf('C=PL,O=Firma\\, Sp. z o.o.,2.5.4.97=VATPL-1'), 'Firma, Sp. z o.o.');
    assert.strictEqual(personOf('2.5.4.5=TINPL-1+CN=Jan Kowalski,C=PL'), 'Jan Kowalski');
    assert.strictEqual(personOf('CN=\\C5\\81\\C3\\B3d\\C5\\BA \\"x\\",C=PL'), 'Łódź "x"');
    assert.strictEqual(personOf('2.5.4.5=PNOPL-1'), '2.5.4.5=PNOPL-1');
});
