/** The answer of KsefBridge/jobs: when each job ran last and what it did, or that EspoCRM's cron does not run. */
define('modules/ksef/bridge/jobs', [
    'modules/ksef/messages/filled-text',
    'modules/ksef/ui/element',
], ({fill}, {element, label}) => {
    const scope = 'Settings';
    const category = 'ksefJobs';

    return {
        /**
         * @param {Object} answer
         * @param {Object} language EspoCRM's
         * @param {function(string): string} moment A date and time of EspoCRM as the user reads it.
         * @returns {HTMLElement}
         */
        of: ({isCronRunning, jobs}, language, moment) => {
            const text = key => language.translate(key, category, scope);

            const cron = () => {
                const link = element('a', 'alert-link', text('openScheduledJobs'));

                link.href = '#ScheduledJob';

                return element('p', 'alert alert-danger', text('cronDoesNotRun'), ' ', link);
            };

            const counted = ({name, outcome}) => {
                const own = language.get(scope, category, `did${name}`);

                return fill(typeof own === 'string' ? own : text('didRecords'), outcome);
            };

            /** Nothing where only the time of the run is remembered. */
            const did = job => {
                if (job.isFailed) {
                    return [label('danger', text('brokeOff'))];
                }

                if (!job.outcome) {
                    return [job.isFailed === false ? text('ended') : ''];
                }

                return [
                    counted(job),
                    job.outcome.failed ? label('danger', fill(text('withErrors'), job.outcome)) : '',
                    job.outcome.isBridgeAway ? label('danger', text('bridgeAway')) : '',
                ].filter(each => each !== '').flatMap(each => [each, ' ']);
            };

            const row = job => {
                const made = element('tr', '',
                    element('td', '', language.translateOption(job.name, 'job', 'ScheduledJob')),
                    element('td', '', job.lastAt ? moment(job.lastAt) : text('never')),
                    element('td', '', job.isActive ? '' : label('warning', text('switchedOff')), ' ', ...did(job)),
                );

                made.dataset.name = job.name;

                return made;
            };

            return element('div', '',
                isCronRunning ? '' : cron(),
                element('table', 'table', element('tbody', '', ...jobs.map(row))),
            );
        },
    };
});
