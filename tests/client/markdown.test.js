const test = require('node:test');
const assert = require('node:assert');
const {load} = require('./load_module.js');

const {escape} = load('modules/ksef/messages/markdown');

test('nothing in a text is Markdown or HTML any more', () => {
    assert.strictEqual(escape('a *b* [c](d) <e>'), 'a \\*b\\* \\[c\\]\\(d\\) \\<e\\>');
    assert.strictEqual(escape('1. https://x.pl'), '1\\. https\\:\\/\\/x\\.pl');
});

test('a text has one line', () => {
    assert.strictEqual(escape(' Łódź\n\n    code'), 'Łódź code');
});

test('a message keeps the commands between its backticks', () => {
    const {message} = load('modules/ksef/messages/markdown');

    assert.strictEqual(message('Run `keys new-api`: *once*'), 'Run `keys new-api`\\: \\*once\\*');
    assert.strictEqual(message('One ` alone [x](y)'), 'One \\` alone \\[x\\]\\(y\\)');
});

test('a link to another site is one of Markdown', () => {
    const {outside} = load('modules/ksef/messages/markdown');

    assert.strictEqual(
        outside('https://docs.example/messages/a-b/', 'More <b>'),
        ' [More \\<b\\>](https://docs.example/messages/a-b/)',
    );
    assert.strictEqual(outside('', 'More'), '');
});
