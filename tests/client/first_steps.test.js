const test = require('node:test');
const assert = require('node:assert');
const {load} = require('./load_module.js');

require('./page.js');

const checklist = load('modules/ksef/first-steps/checklist');
const twoWays = load('modules/ksef/first-steps/two-ways');
const language = {translate: key => `<${key}>`};

const step = (name, text, more = {}) => ({name, text, isDone: false, action: null, isOptional: false, ...more});

const shown = (steps, more = {}) => {
    const list = checklist.of({steps, profile: null, unread: 0, ...more}, language, 'u1', () => []);

    return Object.fromEntries(list.all('li').map(line => [line.dataset.name, line]));
};

const controls = line => [...line.all('a'), ...line.all('button')];

test('what is done is ticked, said aloud and offers nothing', () => {
    const {bridge} = shown([step('bridge', 'bridgeReady', {isDone: true})]);

    assert.match(bridge.all('span')[0].className, /fa-check-circle/);
    assert.match(bridge.text, /<done>: <bridge><bridgeReady>/);
    assert.deepStrictEqual(controls(bridge), []);
});

test('a line has one button, and that of the next thing to do stands out', () => {
    const lines = shown([
        step('bridge', 'bridgeReady', {isDone: true}),
        step('offline', 'offlineCertificate', {action: 'addOfflineCertificate', isOptional: true}),
        step('connection', 'notTested', {action: 'testConnection'}),
        step('notices', 'noMail', {action: 'setUpMail'}),
    ], {profile: {id: 'p1', name: 'Sklep'}});
    const buttons = Object.values(lines).flatMap(controls);

    assert.deepStrictEqual(buttons.map(each => [each.tag, each.className, each.href]), [
        ['a', 'btn btn-default', '#KsefProfile/edit/p1'],
        ['button', 'btn btn-primary', undefined],
        ['a', 'btn btn-default', '#Admin/outboundEmails'],
    ]);
    assert.strictEqual(buttons[1].dataset.action, 'testConnection');
    assert.match(lines.offline.text, /\(<optional>\)/);
});

test('every thing to do leads somewhere, or is done here', () => {
    const actions = [
        'openBridge', 'createProfile', 'addCredential', 'openProfile', 'addOfflineCertificate', 'openNotifications',
        'setUpMail', 'enterAddress',
    ];

    for (const action of actions) {
        const {line} = shown([step('line', 'text', {action})], {profile: {id: 'p1', name: 'Sklep'}});

        assert.match(line.all('a')[0].href, /^#[A-Z]\w+/, action);
    }

    assert.strictEqual(shown([step('n', 't', {action: 'enterAddress'})]).n.all('a')[0].href, '#User/edit/u1');
});

test('certificates are added without a page of their own', () => {
    const {credential} = shown([step('credential', 'credentialBeforeCompany', {action: 'addCertificates'})]);
    const [button] = controls(credential);

    assert.deepStrictEqual([button.tag, button.dataset.action], ['button', 'addCertificates']);
});

test('what failed is told from what is still to do', () => {
    const {bridge, connection, company} = shown([
        step('bridge', 'bridgeNotReady'),
        step('connection', 'connectionFailed'),
        step('company', 'noCompany'),
    ]);

    assert.deepStrictEqual([bridge, connection, company].map(each => each.dataset.state), ['amiss', 'amiss', 'open']);
});

test('a name stands in its sentence as a text', () => {
    const words = {translate: key => key === 'connected' ? '{profile} is connected.' : key};
    const answer = {
        steps: [step('connection', 'connected', {isDone: true})],
        profile: {id: 'p1', name: '<b>Kowalski S.A.'},
        unread: 0,
    };

    assert.match(checklist.of(answer, words, 'u1', () => []).text, /<b>Kowalski S\.A\. is connected\./);
});

test('both ways to a bridge are told, with a link where the documentation has a site', () => {
    const words = {translate: key => key === 'wayByCommand' ? 'One command: `init --espocrm {folder}`' : key};
    const withSite = twoWays.of(words, '/var/www/espocrm', page => `https://docs.example.com/${page}`);
    const without = twoWays.of(words, '/var/www/espocrm', () => '');

    assert.deepStrictEqual(withSite.map(way => way.all('a')[0].href), [
        'https://docs.example.com/pageOfCommand',
        'https://docs.example.com/pageOfContainers',
    ]);
    assert.strictEqual(withSite[0].all('code')[0].text, 'init --espocrm /var/www/espocrm');
    assert.deepStrictEqual(without.map(way => way.all('a').length), [0, 0]);
    assert.match(without[1].text, /documentOfContainers/);
});
