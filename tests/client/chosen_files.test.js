const test = require('node:test');
const assert = require('node:assert');
const {load} = require('./load_module.js');

const ChosenFiles = load('modules/ksef/certificate-files/chosen-files');

const file = (name, content) => ({name, arrayBuffer: async () => Uint8Array.from(Buffer.from(content)).buffer});

test('each file goes to the server under a name of its own', async () => {
    const files = new ChosenFiles();

    await files.add([file('certyfikat.key', 'a'), file('certyfikat.key', 'b'), file('klucz', '1'), file('klucz', '2')]);
    await files.add([file('certyfikat.key', 'c')]);

    assert.deepStrictEqual(
        files.names,
        ['certyfikat.key', 'certyfikat (2).key', 'klucz', 'klucz (2)', 'certyfikat (3).key'],
    );
    assert.deepStrictEqual(files.sent[1], {name: 'certyfikat (2).key', content: Buffer.from('b').toString('base64')});
});

test('the same file counts once, however often it is dropped', async () => {
    const files = new ChosenFiles();

    await files.add([file('a.crt', 'a'), file('a.crt', 'b')]);
    await files.add([file('a.crt', 'b'), file('a.crt', 'a')]);

    assert.deepStrictEqual(files.names, ['a.crt', 'a (2).crt']);
});

test('a file that was removed is not sent, and its name is free again', async () => {
    const files = new ChosenFiles();

    await files.add([file('a.crt', 'a'), file('b.crt', 'b')]);
    files.remove('a.crt');
    assert.deepStrictEqual(files.names, ['b.crt']);
    await files.add([file('a.crt', 'a')]);
    assert.deepStrictEqual(files.names, ['b.crt', 'a.crt']);
});

test('a large file arrives whole', async () => {
    const bytes = Buffer.from(Array.from({length: 100000}, (_, at) => at % 256));
    const files = new ChosenFiles();

    await files.add([file('a.bin', bytes)]);

    assert.ok(Buffer.from(files.sent[0].content, 'base64').equals(bytes));
});

test('a password may be needed for an encrypted key and for what a zip holds', async () => {
    const mayNeedPassword = async content => {
        const files = new ChosenFiles();

        await files.add([file('a', content)]);

        return files.mayNeedPassword;
    };

    assert.strictEqual(await mayNeedPassword('-----BEGIN CERTIFICATE-----'), false);
    assert.strictEqual(await mayNeedPassword('-----BEGIN ENCRYPTED PRIVATE KEY-----'), true);
    assert.strictEqual(await mayNeedPassword('PK\x03\x04'), true);
    assert.strictEqual(await mayNeedPassword('PK'), false);
    assert.strictEqual(await mayNeedPassword(''), false);
    assert.strictEqual(new ChosenFiles().mayNeedPassword, false);
});

test('an entry belongs to its zip', async () => {
    const files = new ChosenFiles();

    await files.add([file('a.zip', 'PK'), file('b.key', 'b')]);

    assert.deepStrictEqual(
        ['a.zip', 'a.zip/x/firma.key', 'b.key', 'a.zip.key', 'c.zip/a.zip'].map(name => files.holds(name)),
        [true, true, true, false, false],
    );
});
