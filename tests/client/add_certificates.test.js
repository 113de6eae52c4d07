require('./page.js');

const test = require('node:test');
const assert = require('node:assert');
const {load, texts} = require('./load_module.js');

const add = load('modules/ksef/certificate-files/add');

/** A profile as the server has it, once it is read. */
class Profile {
    entityType = 'KsefProfile';
    attributes = {};

    constructor(id, stored) {
        Object.assign(this, {id, stored});
    }

    get(name) {
        return this.attributes[name];
    }

    set(name, value) {
        this.attributes[name] = value;
    }

    async fetch() {
        Object.assign(this.attributes, this.stored);
    }

    trigger() {}
}

const page = (model, made) => {
    const done = [];
    const words = {
        translate: (key, category, scope) => {
            try {
                return texts(scope, 'en').message(key);
            } catch {
                return key;
            }
        },
        getLanguage: () => ({get: () => null, translateOption: value => value}),
        getConfig: () => ({get: () => null}),
        getDateTime: () => ({}),
    };

    global.Espo = {
        Ui: {
            notify: () => {},
            error: () => {},
            Dialog: class {
                show() {
                    done.push('report');
                }
            },
        },
        Ajax: {
            postRequest: async address => {
                done.push(address);

                return {ok: true, steps: []};
            },
        },
    };

    const view = {
        ...words,
        model,
        getModelFactory: () => ({create: async () => made}),
        getRouter: () => ({
            navigate: address => done.push(address),
            dispatch: (scope, action, {model: shown}) => done.push([scope, action, shown]),
        }),
        createView: async (key, name, {model: shown, added}) => {
            view.opened = name.split('/').at(-1);
            view.added = added;

            return {...words, model: shown, render: async () => {}};
        },
    };

    return {view, done};
};

const byCertificate = {status: 'Active', authorizationType: 'Certificate', authorizationCertificateId: 'c1'};

test('what was added to a profile is tested on its page, and the outcome shown', async () => {
    const {view, done} = page(new Profile('p1', byCertificate));

    await add.ask(view);
    assert.strictEqual(view.opened, 'add-certificates');
    await view.added();
    assert.deepStrictEqual(done, ['KsefProfile/p1/testConnection', 'report']);
});

test('without a certificate to log in with, and for an inactive profile, nothing is tested', async () => {
    const after = async change => {
        const {view, done} = page(new Profile('p1', {...byCertificate, ...change}));

        await add.ask(view);
        await view.added();

        return done;
    };

    assert.deepStrictEqual(await after({authorizationCertificateId: null}), []);
    assert.deepStrictEqual(await after({status: 'Inactive'}), []);
});

test('a profile that certificates made is opened, and its connection tested, both with one model', async () => {
    const made = new Profile(undefined, byCertificate);
    const {view, done} = page(undefined, made);

    await add.askWithoutProfile(view);
    assert.strictEqual(view.opened, 'add-company-certificates');
    await view.added('p7');
    assert.deepStrictEqual(done, [
        '#KsefProfile/view/p7',
        ['KsefProfile', 'view', made],
        'KsefProfile/p7/testConnection',
        'report',
    ]);
});

test('a test that is under way is not begun again', async () => {
    const model = new Profile('p1', byCertificate);
    const {view, done} = page(model);

    await add.ask(view);
    await Promise.all([view.added(), view.added()]);
    assert.deepStrictEqual(done.filter(each => each !== 'report'), ['KsefProfile/p1/testConnection']);
});
