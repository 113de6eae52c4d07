const test = require('node:test');
const assert = require('node:assert');
const {load} = require('./load_module.js');

require('./page.js');

const report = load('modules/ksef/bridge/jobs');
const language = {
    translate: key => key,
    translateOption: key => `the job ${key}`,
    get: (scope, category, key) => key === 'didCheck' ? 'tested: {done}' : undefined,
};

const job = more => ({
    name: 'Check', isActive: true, lastAt: '2026-11-29 05:40:00', isFailed: false, outcome: null, ...more,
});

const shown = (jobs, isCronRunning = true) =>
    report.of({isCronRunning, jobs}, language, value => value.slice(11, 16));

const said = more => shown([job(more)]).all('td')[2].text.trim();

test('a cron that does not run is said in red, with the way to put it right', () => {
    const [alert] = shown([job()], false).all('p');

    assert.match(alert.className, /alert-danger/);
    assert.match(alert.text, /cronDoesNotRun/);
    assert.strictEqual(alert.all('a')[0].href, '#ScheduledJob');
    assert.deepStrictEqual(shown([job()]).all('p'), []);
});

test('each job has its name, the time of its last run and what it did', () => {
    const outcome = {done: 3, failed: 0, isBridgeAway: false};

    assert.deepStrictEqual(shown([job({outcome})]).all('td').map(cell => cell.text.trim()),
        ['the job Check', '05:40', 'tested: 3']);
    assert.strictEqual(said({name: 'Other', outcome}), 'didRecords');
});

test('what went wrong is not called a success', () => {
    assert.strictEqual(said({isFailed: true}), 'brokeOff');
    assert.strictEqual(said({outcome: {done: 1, failed: 2, isBridgeAway: false}}), 'tested: 1 withErrors');
    assert.strictEqual(said({outcome: {done: 0, failed: 0, isBridgeAway: true}}), 'tested: 0 bridgeAway');
});

test('what is not remembered is not made up', () => {
    assert.strictEqual(said({}), 'ended');
    assert.strictEqual(said({isFailed: null}), '');
    assert.strictEqual(shown([job({lastAt: null})]).all('td')[1].text, 'never');
    assert.match(said({isActive: false, isFailed: null}), /^switchedOff/);
});
