const test = require('node:test');
const assert = require('node:assert');
const {load} = require('./load_module.js');

require('./page.js');

const MessageText = load('modules/ksef/messages/message-text');
const report = load('modules/ksef/bridge/announcements');
const texts = {
    announcedFromUntil: '{start}–{end}',
    announcedFrom: 'since {start}',
    announcedAsOf: 'as of {moment}',
};
const language = {
    get: (scope, category, name) => category === 'names' ?
        {announcedStatus: {MAINTENANCE: 'prace serwisowe', FAILURE: 'awaria', AVAILABLE: 'dostępność'}}[name] :
        {'latarnia-unavailable': 'HTTP {httpStatus}.'}[name],
    translate: key => texts[key] ?? key,
    translateOption: value => `environment ${value}`,
};
const known = {
    environment: 'Production',
    status: 'FAILURE',
    answeredAt: '2026-11-29 12:00',
    isBeingAsked: false,
    problem: null,
    announcements: [
        {id: 'K/1', category: 'FAILURE', title: 'Awaria', text: '<b>x</b>', start: '10:00', end: null, isCurrent: true},
        {id: 'K/2', category: 'MAINTENANCE', title: '', text: '', start: '20:00', end: '23:00', isCurrent: false},
    ],
};
const shown = (...environments) => report.of(
    environments, language, new MessageText(language, null, null), moment => `<${moment}>`,
);

test('what is announced, since when and until when, and what lies ahead', () => {
    const {text} = shown(known);

    assert.match(text, /environment Production awaria as of <2026-11-29 12:00>/);
    assert.match(text, /awaria Awariasince <10:00><b>x<\/b>/);
    assert.match(text, /prace serwisowe K\/2<20:00>–<23:00> \(announcedAhead\)/);
    assert.doesNotMatch(text, /announcedInvented/);
    // A text stays a text.
    assert.strictEqual(shown(known).all('b').length, 0);
});

test('a failure is red, what lies ahead is not, and a word that nobody knows is shown as it is', () => {
    const styles = environment => shown(environment).all('span')
        .map(each => each.className.match(/label-(\w+)$/)?.[1]).filter(style => style);

    assert.deepStrictEqual(styles(known), ['danger', 'danger', 'default']);
    assert.deepStrictEqual(styles({...known, status: 'AVAILABLE', announcements: []}), ['success']);
    assert.deepStrictEqual(styles({...known, status: 'DEGRADED', announcements: []}), ['warning']);
    assert.match(shown({...known, status: 'DEGRADED'}).text, /DEGRADED/);
});

test('what is not known is said, and why, once nobody is asking any more', () => {
    const problem = {code: 'latarnia-unavailable', params: {httpStatus: 502}, message: ''};
    const unknown = {...known, status: null, answeredAt: null, announcements: [], problem};

    assert.match(shown(unknown).text, /announcedUnknownHTTP 502\./);
    assert.match(shown({...unknown, isBeingAsked: true}).text, /announcementsBeingAsked$/);
});

test('Test and Demo say that their announcements are often invented', () => {
    for (const environment of ['Test', 'Demo']) {
        assert.match(shown({...known, environment}).text, /announcedInvented$/);
    }
});
