const test = require('node:test');
const assert = require('node:assert');
const {setTimeout} = require('node:timers/promises');
const {load, texts} = require('./load_module.js');

require('./page.js');

const testSelected = load('modules/ksef/profile/test-selected');

const profile = values => {
    const attributes = {
        status: 'Active', authorizationType: 'Token', tokenReference: 'a token', name: `Profil ${values.id}`, ...values,
    };

    return {id: values.id, get: name => attributes[name]};
};

test('what has no credential, or is switched off, is not tested', () => {
    const isTestable = values => testSelected.isTestable(profile({id: 'p', ...values}));

    assert.ok(isTestable({}));
    assert.ok(isTestable({authorizationType: 'Certificate', authorizationCertificateId: 'c'}));
    assert.ok(!isTestable({status: 'Inactive'}));
    assert.ok(!isTestable({tokenReference: null}));
    assert.ok(!isTestable({authorizationType: 'Certificate'}));
    assert.ok(!isTestable({authorizationType: ''}));
});

/** A list; what was told and asked on it, and the most tests that ran at once. */
const page = answers => {
    const seen = {told: [], asked: [], together: 0, dialogs: []};
    let running = 0;

    global.Espo = {
        Ui: {
            notify: said => said && seen.told.push(said),
            Dialog: class {
                constructor(options) {
                    seen.dialogs.push(options.body.text);
                }

                show() {}
            },
        },
        Ajax: {
            postRequest: async address => {
                seen.asked.push(address.split('/')[1]);
                seen.together = Math.max(seen.together, ++running);
                await setTimeout(5);
                running--;

                const answer = answers[address.split('/')[1]];

                // As EspoCRM's requests fail: with the request, which is no error.
                return answer.refused ?
                    {then: (done, failed) => failed({status: 503, responseText: JSON.stringify({message: answer.refused})})} :
                    answer;
            },
        },
    };

    const view = {
        translate: (key, category, scope) => category === 'messages' ? texts(scope, 'en').message(key) : key,
        getLanguage: () => ({
            translateOption: value => value,
            get: (scope, category, name) => category === 'messages' && name === 'ksef-token-revoked' && 'It was revoked.',
        }),
        getConfig: () => new Map(),
        getDateTime: () => ({}),
        getHelper: () => ({transformMarkdownText: text => text}),
        collection: {fetch: async () => seen.told.push('read again')},
    };

    return {view, seen};
};

test('the chosen ones are tested one after the other, and of each it is told what came of it', async () => {
    const {view, seen} = page({
        a: {connectionStatus: 'Connected'},
        b: {connectionStatus: 'Failed', connectionCode: 'ksef-token-revoked', connectionParams: {}},
        d: {refused: 'The bridge is away.'},
    });

    await testSelected.run(view, ['a', 'b', 'c', 'd'].map(
        id => profile({id, ...(id === 'c' ? {status: 'Inactive'} : {})}),
    ));

    assert.deepStrictEqual(seen.asked, ['a', 'b', 'd']);
    assert.strictEqual(seen.together, 1);
    assert.match(seen.told[1].replaceAll('\\', ''), /Profil b \(2 of 4\)/);
    assert.strictEqual(seen.told.at(-1), 'read again');
    assert.match(seen.dialogs[0], /ConnectedProfil a.*FailedProfil b.*It was revoked\..*NotTestedProfil c.*NotTestedProfil d/);
});

test('more than a few are not begun', async () => {
    const {view, seen} = page({});

    await testSelected.run(view, Array.from({length: testSelected.most + 1}, (_, at) => profile({id: `p${at}`})));

    assert.deepStrictEqual([seen.asked, seen.dialogs], [[], []]);
    assert.match(seen.told[0], /21 profiles are selected/);
});
