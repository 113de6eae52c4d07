const test = require('node:test');
const assert = require('node:assert');
const {load, texts} = require('./load_module.js');

const holder = load('modules/ksef/certificate/holder');

const model = attributes => ({get: name => attributes[name], trigger: (...told) => model.told.push(told)});
const certificate = (identifierValue, identifierType = 'Nip') =>
    model({name: 'Faktury *offline*', identifierType, identifierValue});

/** A field's view, and what it asks. */
const viewOf = nip => {
    const asked = [];

    return {
        asked,
        name: 'offlineCertificate',
        model: model({nip}),
        getLanguage: () => ({
            get: (scope, category, name) =>
                category === 'messages' && {
                    'linked-certificate-of-another-nip': '{certificate} is of {identifierValue}, not of {nip}.',
                    pageOfMessage: 'messages/{code}/',
                    moreAboutMessage: 'More',
                }[name],
        }),
        getConfig: () => new Map([['ksefDocumentationUrl', 'https://docs.example/']]),
        getDateTime: () => ({}),
        translate: key => key === 'linkAnotherNip' ? texts('KsefProfile', 'en').message(key) : key,
        confirm: async question => asked.push(question),
    };
};

test('whether a certificate is of another company', () => {
    assert.strictEqual(holder.isOfAnotherNip('5265877635', certificate('1234563218')), true);
    assert.strictEqual(holder.isOfAnotherNip('5265877635', certificate('5265877635')), false);
    assert.strictEqual(holder.isOfAnotherNip('5265877635', certificate('44051401359', 'Pesel')), false);
    assert.strictEqual(holder.isOfAnotherNip('', certificate('1234563218')), false);
});

test('it is asked before a certificate of another company is linked, and both are named', async () => {
    const view = viewOf('5265877635');

    model.told = [];
    await holder.ask(view, certificate('1234563218'));
    assert.strictEqual(view.asked.length, 1);
    assert.match(view.asked[0].message, /Faktury \\\*offline\\\* is of 1234563218\\, not of 5265877635\\./);
    assert.ok(view.asked[0].message.includes(
        ' [More](https://docs.example/messages/linked-certificate-of-another-nip/)\n\n',
    ));
    assert.strictEqual(view.asked[0].confirmText, 'Link');
    assert.deepStrictEqual(model.told, [['ksef-another-nip-wanted', 'offlineCertificate']]);
});

test("nothing is asked of the company's own", async () => {
    const view = viewOf('5265877635');

    model.told = [];
    await holder.ask(view, certificate('5265877635'));
    assert.deepStrictEqual([view.asked, model.told], [[], []]);
});

test("the picker shows the company's own first, where there are any", async () => {
    const offered = {primaryFilter: 'offline', boolFilterList: ['servesInTest']};
    const answers = {list: [{id: 'a'}]};

    global.$ = {param: query => JSON.stringify(query)};
    global.Espo = {Ajax: {getRequest: async url => {
        const [entity, query] = url.split('?');

        assert.strictEqual(entity, 'KsefCertificate');
        assert.deepStrictEqual(JSON.parse(query), {
            ...offered,
            maxSize: 1,
            select: 'id',
            where: [{type: 'equals', attribute: 'identifierValue', value: '5265877635'}],
        });

        return answers;
    }}};
    const filter = await holder.ownFilter(viewOf('5265877635'), offered);

    assert.strictEqual(filter.identifierValue.value, '5265877635');
    answers.list = [];
    assert.deepStrictEqual(await holder.ownFilter(viewOf('5265877635'), offered), {});
    global.Espo.Ajax.getRequest = () => assert.fail('a profile without a NIP has none of its own');
    assert.deepStrictEqual(await holder.ownFilter(viewOf(null), offered), {});
});
