const test = require('node:test');
const assert = require('node:assert');
const {load} = require('./load_module.js');

require('./page.js');

const tokenValidity = load('modules/ksef/profile/token-validity');
const written = day => day.split('-').reverse().join('.');
const view = {
    getLanguage: () => ({
        get: (scope, category, name) => category === 'messages' && ({
            pageOfMessage: 'messages/{code}/',
            moreAboutMessage: 'More',
        }[name] ?? '{date} by law, {announced} as said on {announcedOn}.'),
    }),
    getConfig: () => new Map([['ksefDocumentationUrl', 'https://docs.example/']]),
    getDateTime: () => ({
        toDisplayDate: written,
        toMomentDate: day => ({format: () => written(day)}),
        getDateFormat: () => 'DD.MM.YYYY',
    }),
};
const finding = {
    code: 'token-validity-ends',
    params: {date: '2026-12-31', announced: '2027-11-30', announcedOn: '2026-09-10', days: 33},
};

test('until when tokens may be used is one line, in which days are written as the reader writes them', () => {
    const [line, ...others] = tokenValidity.lines(view, [finding]);

    assert.deepStrictEqual(others, []);
    assert.strictEqual(line.text, '31.12.2026 by law, 30.11.2027 as said on 10.09.2026. More');
    assert.strictEqual(line.all('a')[0].href, 'https://docs.example/messages/token-validity-ends/');
    assert.match(line.className, /text-info/);
});

test('a bridge that is away leaves no line', async () => {
    global.Espo = {Ajax: {getRequest: () => Promise.reject(new Error('503'))}};
    assert.deepStrictEqual(await tokenValidity.load(), []);
    global.Espo = {Ajax: {getRequest: async url => ({findings: [url]})}};
    assert.deepStrictEqual(await tokenValidity.load(), ['KsefBridge/tokenValidity']);
});
