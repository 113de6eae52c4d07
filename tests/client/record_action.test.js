const test = require('node:test');
const assert = require('node:assert');
const {load, texts} = require('./load_module.js');

const recordAction = load('modules/ksef/record/action');

/** As EspoCRM's requests fail: with the request, which is no error. */
const refusal = {
    then: (done, failed) => failed({status: 409, responseText: JSON.stringify({message: 'Not now.'})}),
};

/** A page of a record, with what was shown and asked on it. */
const page = (entityType, name) => {
    const said = [];
    const asked = [];
    const model = {
        entityType,
        id: 'some-id',
        get: attribute => ({name})[attribute],
        fetch: () => asked.push('fetch'),
    };

    global.Espo = {
        Ui: {notify: text => text && said.push(text), error: text => said.push(text)},
        Ajax: {
            getRequest: async address => asked.push(address),
            postRequest: async (address, body) => {
                asked.push(address);

                return body.reason === 'refused' ? refusal : body;
            },
        },
    };

    return {view: {model, translate: (key, category, scope) => texts(scope, 'en').message(key)}, said, asked};
};

test('an action of a record names its texts, in which the record is told by its name', async () => {
    const {view, said, asked} = page('KsefCertificate', 'Office');

    await recordAction.get(view, 'dependents');

    assert.deepStrictEqual(asked, ['KsefCertificate/some-id/dependents']);
    assert.deepStrictEqual(said, ['Looking up what depends on Office…']);
});

test('what is requested has the name that it is to have', async () => {
    const {view, said} = page('KsefProfile', 'Company');
    const wanted = {name: 'Till 2', type: 'Offline'};

    assert.strictEqual(await recordAction.post(view, 'requestCertificate', wanted), wanted);
    assert.deepStrictEqual(said, ['Preparing the key and the request for Till 2…']);
});

test('a refusal is shown, and the record read again', async () => {
    const {view, said, asked} = page('KsefCertificate', 'Office');

    assert.strictEqual(await recordAction.post(view, 'revoke', {reason: 'refused'}), null);
    assert.match(said.at(-1), /^Office could not be revoked\\\.\n\nNot now\.$/);
    assert.deepStrictEqual(asked, ['KsefCertificate/some-id/revoke', 'fetch']);
});

test('what is asked quietly leaves what is said already', async () => {
    const {said} = page('KsefProfile', 'Company');

    assert.strictEqual(await recordAction.askQuietly('KsefProfile/sortCertificates', {reason: 'refused'}), null);
    assert.deepStrictEqual(await recordAction.askQuietly('KsefProfile/sortCertificates', {}), {});
    assert.deepStrictEqual(said, []);
});

test('every action that is asked for has its texts', () => {
    for (const [scope, actions] of Object.entries({
        KsefCertificate: ['collect', 'dependents', 'fittingProfiles', 'forgetCredential', 'renew', 'revoke'],
        KsefProfile: ['acknowledgePermissions', 'forgetCredential', 'logOut', 'requestCertificate', 'testConnection', 'tryOfflineSigning'],
    })) {
        for (const action of actions) {
            ['Progress', 'Failed'].forEach(outcome =>
                assert.ok(texts(scope, 'pl').message(`${action}${outcome}`), `${scope} ${action}${outcome}`));
        }
    }
});
