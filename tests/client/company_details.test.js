const test = require('node:test');
const assert = require('node:assert');
const {load, texts} = require('./load_module.js');

const companyDetails = load('modules/ksef/profile/company-details');
const found = {
    companyName: 'Sklep Kowalski sp. z o.o.', address: 'PROSTA 49, WARSZAWA', regon: '526587765', krsNumber: null,
    vatStatus: 'Active', asOf: '2026-11-29',
};

/** A profile on the page or in its form, with what was asked of the server and of the reader. */
const page = (attributes, {isEdited = false, answer = found, agrees = true} = {}) => {
    const asked = [];
    const said = [];
    const questions = [];
    const model = {
        entityType: 'KsefProfile',
        id: 'some-id',
        get: name => attributes[name],
        set: values => Object.assign(attributes, values),
        fetch: async () => asked.push('fetch'),
    };

    global.Espo = {
        Ui: {notify: text => text && said.push(text), error: text => said.push(text)},
        Ajax: {
            getRequest: async address => {
                asked.push(address);

                return answer;
            },
            putRequest: async (address, values) => asked.push([address, values]),
        },
    };

    return {
        view: {
            model,
            translate: (key, category) => category === 'messages' ? texts('KsefProfile', 'en').message(key) : key,
            getDateTime: () => ({toDisplayDate: day => day.split('-').reverse().join('.')}),
            isEditMode: () => isEdited,
            confirm: async ({message}) => {
                questions.push(message);

                return agrees ? undefined : new Promise(() => {});
            },
        },
        attributes, asked, said, questions,
    };
};

const settled = () => new Promise(done => {
    setTimeout(done, 5);
});

test('what a profile lacks and what stands there otherwise are told apart', () => {
    const profile = {companyName: 'Sklep', address: '', regon: '526587765', krsNumber: '0000123456', name: 'Sklep'};

    assert.deepStrictEqual(companyDetails.compare(found, name => profile[name]), {
        missing: {address: 'PROSTA 49, WARSZAWA'},
        other: {companyName: 'Sklep Kowalski sp. z o.o.'},
    });
});

test('a name that is but the NIP gives way to the name of the company', () => {
    const profile = {nip: '5265877635', name: '5265877635'};

    assert.strictEqual(
        companyDetails.compare(found, name => profile[name]).missing.name, 'Sklep Kowalski sp. z o.o.',
    );
});

test('a form is filled in where it is empty, and nobody is asked', async () => {
    const {view, attributes, asked, said, questions} = page({nip: '5265877635', name: 'A'}, {isEdited: true});

    await companyDetails.fetch(view);

    assert.deepStrictEqual(asked, ['KsefBridge/companies/5265877635']);
    assert.deepStrictEqual(attributes, {
        nip: '5265877635', name: 'A',
        companyName: 'Sklep Kowalski sp. z o.o.', address: 'PROSTA 49, WARSZAWA', regon: '526587765',
    });
    assert.deepStrictEqual(questions, []);
    assert.match(said.at(-1).replaceAll('\\', ''), /on 29\.11\.2026\. It is an active VAT payer\.$/);
});

test('what was entered is replaced only by whoever says so', async () => {
    const entered = () => ({nip: '5265877635', name: 'A', companyName: 'Sklep *K*', regon: '526587765'});
    const refused = page(entered(), {isEdited: true, agrees: false});

    companyDetails.fetch(refused.view);
    await settled();
    assert.strictEqual(refused.attributes.companyName, 'Sklep *K*');
    assert.strictEqual(refused.attributes.address, 'PROSTA 49, WARSZAWA', 'what was empty is filled in all the same');
    assert.match(refused.questions[0], /companyName: Sklep \\\*K\\\* → \*\*Sklep Kowalski sp\\\. z o\\\.o\\\.\*\*/);

    const agreed = page(entered(), {isEdited: true});

    await companyDetails.fetch(agreed.view);
    assert.strictEqual(agreed.attributes.companyName, 'Sklep Kowalski sp. z o.o.');
});

test('on the page of a profile it is saved', async () => {
    const {view, asked} = page({nip: '5265877635', name: 'A'});

    await companyDetails.fetch(view);

    assert.deepStrictEqual(asked[1], ['KsefProfile/some-id', {
        companyName: 'Sklep Kowalski sp. z o.o.', address: 'PROSTA 49, WARSZAWA', regon: '526587765',
    }]);
    assert.strictEqual(asked[2], 'fetch');
});

test('a profile that says the same is left alone', async () => {
    const {view, asked, said} = page({
        nip: '5265877635', name: 'A', companyName: found.companyName, address: found.address, regon: found.regon,
    });

    await companyDetails.fetch(view);

    assert.strictEqual(asked.length, 1);
    assert.match(said.at(-1), /^The profile says what the list/);
});
