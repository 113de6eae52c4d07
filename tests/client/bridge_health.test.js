const test = require('node:test');
const assert = require('node:assert');
const {load} = require('./load_module.js');

require('./page.js');

const MessageText = load('modules/ksef/messages/message-text');
const bridgeReport = load('modules/ksef/bridge/health');
const language = {
    get: (scope, category, name) => ({pageOfMessage: 'messages/{code}/', moreAboutMessage: 'More'})[name],
    translate: key => key,
    translateOption: value => value,
};
const health = {status: 'notReady', code: 'bridge-not-ready', message: 'Not ready.', logLevelWarning: 'Debugging.'};
const pages = url => bridgeReport.of(health, language, new MessageText(language, null, url), day => day)
    .all('a').map(link => link.href);

test('what the bridge says, and the warning of the log, each leads to its page', () => {
    assert.deepStrictEqual(pages('https://docs.example'), [
        'https://docs.example/messages/bridge-not-ready/',
        'https://docs.example/messages/log-level-debug/',
    ]);
    assert.deepStrictEqual(pages(null), []);
});

test('below the versions stands of which the changelog speaks, and where it is read', () => {
    const places = {get: (scope, category, name) => ({pageOfChanges: 'changelog/'})[name]};
    const told = changes => bridgeReport.of(
        {...health, logLevelWarning: null, changes},
        {...language, ...places},
        new MessageText({...language, ...places}, null, 'https://docs.example'),
        day => `day ${day}`,
    ).all('tr').map(row => row.text).pop();

    assert.strictEqual(
        told({version: '1.1.0', day: '2026-12-24'}),
        'Newest Changes1.1.0, day 2026-12-24 read',
    );
    assert.strictEqual(told({version: '', day: ''}), 'Newest Changesunreleased read');
});
