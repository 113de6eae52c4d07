const test = require('node:test');
const assert = require('node:assert');
const {load, texts} = require('./load_module.js');

require('./page.js');

const connectionRemedies = load('modules/ksef/profile/connection-remedies');
const fittingCertificates = load('modules/ksef/profile/fitting-certificates');

const certificates = [
    {id: 'c2', name: 'Nowy', field: 'authorizationCertificate'},
    {id: 'c3', name: 'Nowy offline', field: 'offlineCertificate'},
];

test('a certificate is offered at the step that failed for want of it', () => {
    const offered = (name, status = 'failed') =>
        connectionRemedies.thatMend({name, status}, certificates).map(({id}) => id);

    assert.deepStrictEqual(offered('credential'), ['c2']);
    assert.deepStrictEqual(offered('login'), ['c2']);
    assert.deepStrictEqual(offered('offline-certificate'), ['c3']);
    assert.deepStrictEqual(offered('ksef'), []);
    assert.deepStrictEqual(offered('credential', 'ok'), []);
});

const page = answers => {
    const sent = [];
    const answer = (method, address, body) => {
        sent.push([method, address, body]);

        return answers[address] ?? Promise.reject(new Error(address));
    };
    const model = {entityType: 'KsefProfile', id: 'p1', get: () => 'Sklep', fetch: async () => {}};

    global.Espo = {
        Ui: {notify: () => {}, error: () => {}},
        Ajax: {
            getRequest: async address => answer('GET', address),
            putRequest: async (address, body) => answer('PUT', address, body),
        },
    };

    return {sent, view: {model, translate: (key, category, scope) => texts(scope, 'en').message(key)}};
};

test('without an answer nothing is offered', async () => {
    assert.deepStrictEqual(await fittingCertificates.load(page({}).view), []);
});

test('a profile in which a certificate to log in is linked logs in by it', async () => {
    const {view, sent} = page({'KsefProfile/p1': {}});

    assert.ok(await fittingCertificates.link(view, certificates[0]));
    assert.ok(await fittingCertificates.link(view, certificates[1]));
    assert.deepStrictEqual(sent, [
        ['PUT', 'KsefProfile/p1', {authorizationCertificateId: 'c2', authorizationType: 'Certificate'}],
        ['PUT', 'KsefProfile/p1', {offlineCertificateId: 'c3'}],
    ]);
});

test('each certificate has a button that names it', () => {
    const words = fittingCertificates.buttons(page({}).view, certificates, () => {}).map(({text}) => text);

    assert.deepStrictEqual(words, [
        'Link the active certificate Nowy',
        'Link the active certificate Nowy offline',
    ]);
});
