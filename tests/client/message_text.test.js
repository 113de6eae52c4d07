const test = require('node:test');
const assert = require('node:assert');
const {load} = require('./load_module.js');

require('./page.js');

const MessageText = load('modules/ksef/messages/message-text');

const messages = {
    'seal-unusable': 'Cannot be opened. {reason} Enter it again.',
    'seal-truncated': 'The end is missing.',
    'permissions-missing': 'No right to {missing}.',
    'not-active': 'The status is {status}, not {name}.',
    'dates': 'From {first} to {last}, {date}, {announced}, {announcedOn}, {day}.',
    'rate-limited': 'Wait {seconds} s, {seconds} s, {name}.',
};
const rights = {InvoiceRead: 'read invoices', InvoiceWrite: 'issue invoices'};
const names = {permission: rights, missing: rights, status: {Inactive: 'Switched off'}};
const texts = new MessageText({
    get: (scope, category, name) => scope === 'KsefProfile' && (({messages, names})[category]?.[name] ?? false),
});

test('every placeholder is filled in, unknown ones stay', () => {
    assert.strictEqual(texts.of({code: 'rate-limited', params: {seconds: 3}}), 'Wait 3 s, 3 s, {name}.');
});

test('a value is text, whatever it contains', () => {
    const params = {seconds: '$& {name} <b>', name: '{seconds}'};

    assert.strictEqual(
        texts.of({code: 'rate-limited', params}),
        'Wait $& {name} <b> s, $& {name} <b> s, {seconds}.',
    );
});

test('a reason that is a code becomes its text, another stays', () => {
    assert.match(texts.of({code: 'seal-unusable', params: {reason: 'seal-truncated'}}), /The end is missing/);
    assert.match(texts.of({code: 'seal-unusable', params: {reason: 'Out of order.'}}), /Out of order/);
});

test('rights are named in words', () => {
    const text = texts.of({code: 'permissions-missing', params: {missing: 'InvoiceWrite, InvoiceRead, Other'}});

    assert.strictEqual(text, 'No right to issue invoices, read invoices, Other.');
    assert.strictEqual(texts.right('InvoiceRead'), 'read invoices');
    assert.strictEqual(texts.right('Other'), 'Other');
});

test('a name of the API is told in words, another stays', () => {
    const say = status => texts.of({code: 'not-active', params: {status, name: 'Inactive'}});

    assert.strictEqual(say('Inactive'), 'The status is Switched off, not Inactive.');
    assert.strictEqual(say('Pending'), 'The status is Pending, not Inactive.');
});

test('a text that cannot be filled in gives way to the message', () => {
    assert.strictEqual(texts.of({code: 'rate-limited', params: {}, message: 'Wait 3 s.'}), 'Wait 3 s.');
});

test('an unknown code leaves the message, else the code; no code leaves nothing', () => {
    assert.strictEqual(texts.of({code: 'new', params: [], message: 'From the bridge'}), 'From the bridge');
    assert.strictEqual(texts.of({code: 'new', params: []}), 'new');
    assert.strictEqual(texts.of({code: null}), '');
    assert.strictEqual(texts.of({code: 'constructor', params: null}), 'constructor');
});

test('days are written as the reader writes them, and nothing else is', () => {
    const dateTime = {
        getDateFormat: () => 'DD.MM.YYYY',
        toMomentDate: day => {
            assert.match(day, /^\d{4}-\d{2}-\d{2}$/);

            return {format: form => form === 'DD.MM.YYYY' ? day.split('-').reverse().join('.') : day};
        },
    };
    const params = {
        first: '2026-11-01', last: '2026-11-30', date: '2026-12-31', announced: 'some day',
        announcedOn: '2026-09-10', day: '2026-01-02',
    };
    const dated = new MessageText({get: (scope, category, name) => category === 'messages' && messages[name]}, dateTime);

    assert.strictEqual(
        dated.of({code: 'dates', params}),
        'From 01.11.2026 to 30.11.2026, 31.12.2026, some day, 10.09.2026, 2026-01-02.',
    );
});

const places = {
    pageOfMessage: 'pl/messages/{code}/',
    moreAboutMessage: 'Więcej na ten temat',
    'file-empty': 'Plik {file} jest pusty.',
};
const documented = url => new MessageText({get: (scope, category, name) => places[name]}, null, url);

test('a code has a page on the site, in the language of the texts', () => {
    for (const url of ['https://docs.example/ksef', 'https://docs.example/ksef/']) {
        assert.strictEqual(documented(url).page('token-empty'), 'https://docs.example/ksef/pl/messages/token-empty/');
    }

    assert.strictEqual(documented('https://docs.example').more, 'Więcej na ten temat');
});

test('without a site, or a code, there is no page', () => {
    for (const url of [undefined, null, '', 'data:text/html,x', 'https://x/"onclick="', 'https://x/?a', '//x/']) {
        assert.strictEqual(documented(url).page('token-empty'), '');
    }

    for (const code of [undefined, null, '', '../x', 'a"b', 'constructor()']) {
        assert.strictEqual(documented('https://docs.example').page(code), '');
    }
});

const page = 'https://docs.example/pl/messages/file-empty/';
const hostile = {code: 'file-empty', params: {file: '<b>[x](javascript:y)'}};

test('on the page a message is followed by the link to its page, and stays a text', () => {
    const [text, space, link, ...others] = documented('https://docs.example').nodes(hostile);

    assert.deepStrictEqual([text, space, others], ['Plik <b>[x](javascript:y) jest pusty.', ' ', []]);
    assert.deepStrictEqual(
        [link.tag, link.href, link.text, link.target, link.rel],
        ['a', page, 'Więcej na ten temat', '_blank', 'noopener noreferrer'],
    );
    assert.deepStrictEqual(documented('').nodes(hostile), ['Plik <b>[x](javascript:y) jest pusty.']);
});

test('in a notice and in a question, which are Markdown, too', () => {
    const text = 'Plik \\<b\\>\\[x\\]\\(javascript\\:y\\) jest pusty\\.';

    assert.strictEqual(
        documented('https://docs.example').markdown(hostile),
        `${text} [Więcej na ten temat](${page})`,
    );
    assert.strictEqual(documented('data:text/html,x').markdown(hostile), text);
});

test('a template is told where the link leads, and draws none without a site', () => {
    assert.deepStrictEqual(documented('https://docs.example').linkOf('file-empty'), {
        page, more: 'Więcej na ten temat',
    });
    assert.strictEqual(documented(null).linkOf('file-empty').page, '');
    assert.match(MessageText.linkTemplate, /^{{#if page}} <a href="{{page}}" .*>{{more}}<\/a>{{\/if}}$/);
});
