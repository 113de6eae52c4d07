const test = require('node:test');
const assert = require('node:assert');
const {load, texts} = require('./load_module.js');

require('./page.js');

const unneededRights = load('modules/ksef/profile/unneeded-rights');

test('only a warning of unneeded rights alone can be acknowledged', () => {
    const warns = code => unneededRights.isWarnedOf({code});

    assert.ok(warns('permissions-unneeded'));
    assert.ok(warns('permissions-of-owner'));
    assert.ok(!warns('permissions-missing'));
    assert.ok(!warns('permissions-missing-and-unneeded'));
    assert.ok(!warns('permissions-acknowledged'));
});

test('unneeded rights are warned of or acknowledged, and what is warned of anew is not acknowledged', () => {
    const of = values => unneededRights.of(new Map(Object.entries(values)));

    assert.deepStrictEqual(of({}), {warned: [], acknowledged: []});
    assert.deepStrictEqual(of({
        permissionsParams: {unneeded: 'CredentialsManage, SubunitManage'},
        acknowledgedParams: {unneeded: 'SubunitManage'},
    }), {warned: ['CredentialsManage', 'SubunitManage'], acknowledged: []});
    assert.deepStrictEqual(of({
        connectionParams: {missing: 'InvoiceWrite', unneeded: 'Introspection'},
        permissionsParams: null,
        acknowledgedParams: {unneeded: 'SubunitManage'},
    }), {warned: ['Introspection'], acknowledged: ['SubunitManage']});
});

/** A page of a profile on which every question is answered yes; what was asked and sent. */
const page = answer => {
    const asked = [];
    const sent = [];
    const model = {
        entityType: 'KsefProfile', id: 'some-id', get: () => 'Sklep', fetch: () => {},
    };

    global.Espo = {
        Ui: {notify: () => {}, error: () => {}},
        Ajax: {
            postRequest: async (address, body) => {
                sent.push([address, body]);

                return answer;
            },
        },
    };

    return {
        asked,
        sent,
        view: {
            model,
            translate: (key, category, scope) => category === 'messages' ? texts(scope, 'pl').message(key) : key,
            confirm: async ({message}) => asked.push(message),
            getLanguage: () => ({get: () => ({SubunitManage: 'zarządzanie jednostkami'})}),
            getConfig: () => new Map(),
            getDateTime: () => ({}),
        },
    };
};

test('what is acknowledged is what the reader was told, and asked in words', async () => {
    const {view, asked, sent} = page({});

    await unneededRights.acknowledge(view, 'SubunitManage, Other');

    assert.match(asked[0].replaceAll('\\', ''), /: zarządzanie jednostkami, Other\. /);
    assert.deepStrictEqual(sent, [
        ['KsefProfile/some-id/acknowledgePermissions', {unneeded: 'SubunitManage, Other'}],
    ]);
});
