const test = require('node:test');
const assert = require('node:assert');
const {load, texts} = require('./load_module.js');

const refusals = load('modules/ksef/certificate-files/refusals');
const {fill} = load('modules/ksef/messages/filled-text');

const told = (answer, profile) => refusals.of(
    {profileId: null, certificates: [], notLinked: null, ...answer},
    {id: null, name: 'Sklep *Kowalski*', ...profile},
    (key, values = {}) => fill(texts('KsefProfile', 'en').message(key), values),
).join('\n');

const stored = {id: 'c1', message: null};
const refused = {id: null, message: 'The bridge is away.'};

test('a profile that was made is named beside what was refused', () => {
    const text = told({profileId: 'p1', certificates: [stored, refused]});

    assert.match(text, /Not everything was done/);
    assert.match(text, /The profile Sklep \\\*Kowalski\\\* was made\./);
    assert.match(text, /The bridge is away\./);
    assert.doesNotMatch(text, /not linked|no profile/);
});

test('a profile that was there before was not made', () => {
    assert.doesNotMatch(told({profileId: 'p1', certificates: [refused]}, {id: 'p1'}), /was made/);
});

test('certificates without a profile are stored, and why there is none is said', () => {
    const text = told({certificates: [stored], notLinked: 'There is already a profile.'});

    assert.match(text, /Stored, but no profile was made:\nThere is already a profile\./);
    assert.doesNotMatch(text, /was made\. Save/);
});

test('certificates that a profile refuses are stored, and not linked in it', () => {
    const text = told({profileId: 'p1', certificates: [stored], notLinked: 'It has expired.'}, {id: 'p1'});

    assert.match(text, /Stored, but not linked in the profile:\nIt has expired\./);
});
