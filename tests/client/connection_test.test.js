const test = require('node:test');
const assert = require('node:assert');
const {load, texts} = require('./load_module.js');

const connectionTest = load('modules/ksef/profile/connection-test');
const {isHeldBy} = load('modules/ksef/profile/credential');

/** A page with a profile, and a server that answers when it is told to. */
const page = () => {
    const told = [];
    const said = [];
    const asked = [];
    const answers = [];
    const model = {
        entityType: 'KsefProfile',
        id: 'some-id',
        get: attribute => ({name: 'Company'})[attribute],
        fetch: async () => asked.push('fetch'),
        trigger: () => told.push(connectionTest.isRunning(model) ? 'under way' : 'ended'),
    };

    global.Espo = {
        Ui: {notify: text => text && said.push(text), error: text => said.push(text)},
        Ajax: {
            postRequest: address => {
                asked.push(address);

                return new Promise((resolve, reject) => {
                    answers.push({resolve, reject});
                });
            },
        },
    };

    return {
        view: {model, translate: (key, category, scope) => texts(scope, 'en').message(key)},
        model, told, said, asked, answers,
    };
};

test('a test that is under way is joined, and what it found is known afterwards', async () => {
    const {view, model, told, said, asked, answers} = page();
    const first = connectionTest.run(view, {isInPlace: true});
    const second = connectionTest.run(view);

    assert.deepStrictEqual([told, asked], [['under way'], ['KsefProfile/some-id/testConnection']]);
    answers[0].resolve({ok: true});
    assert.deepStrictEqual(await Promise.all([first, second]), [{ok: true}, {ok: true}]);
    assert.deepStrictEqual(asked.slice(1), ['fetch'], 'the result is read before it is called ended');
    assert.deepStrictEqual(told, ['under way', 'ended']);
    assert.deepStrictEqual(connectionTest.outcome(model), {ok: true});
    assert.deepStrictEqual(said, [], 'the page itself shows it');
});

test('a form that was opened meanwhile keeps what was entered, and shows what was found', async () => {
    const {view, model, asked, answers} = page();
    const set = [];
    const found = {ok: false, connectionStatus: 'Failed', connectionCode: 'ksef-unreachable', permissions: null};

    model.set = (values, options) => set.push(values, options);

    const testIn = async opened => {
        const tested = connectionTest.run({...view, ...opened}, {isInPlace: true});

        answers.at(-1).resolve(found);
        await tested;
    };

    await testIn({mode: 'edit'});
    await testIn({getRecordView: () => ({inlineEditModeIsOn: true})});
    assert.ok(!asked.includes('fetch'));
    assert.strictEqual(set.length, 4);
    assert.strictEqual(set[0].connectionCode, 'ksef-unreachable');
    assert.ok(!('ok' in set[0] || 'status' in set[0]));
    assert.deepStrictEqual(set[1], {sync: true});

    const refused = connectionTest.run({...view, mode: 'edit'}, {isInPlace: true});

    answers.at(-1).reject({status: 503, responseText: '{}'});
    await refused;
    assert.strictEqual(set.length, 4);
});

test('one that is asked for by its button says so', async () => {
    const {view, said, answers} = page();
    const tested = connectionTest.run(view);

    answers[0].resolve({ok: true});
    await tested;
    assert.match(said[0], /^Testing the connection of Company/);
});

test('a refusal is told, and is no outcome', async () => {
    const {view, model, told, said, answers} = page();
    const before = connectionTest.run(view, {isInPlace: true});

    answers[0].resolve({ok: true});
    await before;

    const tested = connectionTest.run(view, {isInPlace: true});

    answers[1].reject({status: 503, responseText: JSON.stringify({message: 'The bridge is away.'})});
    assert.strictEqual(await tested, null);
    assert.deepStrictEqual([told.at(-1), connectionTest.outcome(model)], ['ended', null]);
    assert.match(said[0], /The bridge is away\.$/);
});

test('a profile holds what it logs in with, or nothing', () => {
    const profile = attributes => ({get: name => attributes[name]});

    assert.ok(isHeldBy(profile({authorizationType: 'Token', tokenReference: '1'})));
    assert.ok(!isHeldBy(profile({authorizationType: 'Token', authorizationCertificateId: '1'})));
    assert.ok(isHeldBy(profile({authorizationType: 'Certificate', authorizationCertificateId: '1'})));
    assert.ok(!isHeldBy(profile({authorizationType: 'Certificate', tokenReference: '1'})));
});
