const test = require('node:test');
const assert = require('node:assert');
const {load, texts} = require('./load_module.js');

require('./page.js');

const portal = load('modules/ksef/profile/portal');
const urls = {Test: 'https://portal.example/test/'};

const viewOf = ({environment, site, language = 'en', name = 'token'}) => {
    const text = (key, scope) => texts(scope, language).message(key);

    return {
        name,
        model: new Map([['environment', environment]]),
        getMetadata: () => ({get: ([, , , wanted]) => urls[wanted]}),
        translate: (key, category, scope) => environment ? text(key, scope) : key,
        getLanguage: () => ({get: (scope, category, key) => text(key, scope)}),
        getConfig: () => new Map([['ksefDocumentationUrl', site]]),
        getDateTime: () => ({}),
    };
};

const links = made => made.all('a').map(link => [link.href, link.text]);

test('beside the portal stands how somebody gets in there for the first time', () => {
    const made = portal.link(viewOf({environment: 'Test', site: 'https://docs.example/ksef'}), 'Tokens');

    assert.deepStrictEqual(links(made), [
        [urls.Test, 'Aplikacja Podatnika KSeF (Test), section Tokens'],
        ['https://docs.example/ksef/first-access/', 'First access, step by step'],
    ]);
    assert.match(made.text, / · /);
    made.all('a').forEach(link => assert.strictEqual(link.rel, 'noopener noreferrer'));
});

test('it is there before an environment is chosen, in the language of the user', () => {
    const made = portal.link(viewOf({environment: '', site: 'https://docs.example/', language: 'pl'}), 'Certificates');

    assert.deepStrictEqual(links(made), [
        ['https://docs.example/pl/first-access/', 'Pierwszy dostęp krok po kroku'],
    ]);
    assert.doesNotMatch(made.text, /·/);
});

test('a form has it once', () => {
    const view = viewOf({environment: 'Test', site: 'https://docs.example/', name: 'offlineCertificate'});

    assert.deepStrictEqual(links(portal.link(view, 'Certificates')).map(([url]) => url), [urls.Test]);
});

test('without a site the portal stands alone, and nothing without either', () => {
    for (const site of [null, '', 'ftp://docs.example/', 'https://docs.example/"onclick=']) {
        assert.strictEqual(links(portal.link(viewOf({environment: 'Test', site}), 'Tokens')).length, 1);
        assert.strictEqual(portal.link(viewOf({environment: '', site}), 'Tokens'), null);
    }
});
